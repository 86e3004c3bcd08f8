#: scientific
import pandas as pd

frame = pd.DataFrame({"a": [1]})
try:
    frame["missing"]
except KeyError as error:
    print(repr(error))
import numpy as np

np.zeros((2, 3)) @ np.zeros((2, 3))
