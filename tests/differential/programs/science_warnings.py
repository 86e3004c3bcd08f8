#: scientific
import numpy as np
import pandas as pd

print(np.array([1.0]) / 0)
np.log(-1.0)
frame = pd.DataFrame({"a": [1, 2]})
frame[frame.a > 1]["a"] = 3
print(frame)
