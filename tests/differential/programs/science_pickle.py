#: scientific
import pickle

import numpy as np
import pandas as pd

print(pickle.loads(pickle.dumps(np.arange(3))), pickle.loads(pickle.dumps(pd.Series([1, 2]))))
np.save("a.npy", np.eye(2))
print(np.load("a.npy"))
