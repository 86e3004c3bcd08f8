#: scientific
#: interactive
#: typed: "a * 2"
#: typed: "frame"
#: typed: "frame.missing"
#: typed: "_"
#: typed: "np.zeros(3) + np.zeros(4)"
import numpy as np
import pandas as pd

a = np.arange(3)
frame = pd.DataFrame({"x": [1, 2]})
