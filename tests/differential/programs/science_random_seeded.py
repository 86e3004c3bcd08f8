#: scientific
import random

import numpy as np

np.random.seed(3)
random.seed(3)
print(np.random.rand(3), np.random.default_rng(1).random(2), random.random())
print(np.random.get_state()[0], np.random.get_state()[2])
