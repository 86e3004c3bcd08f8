#: scientific
from concurrent.futures import ProcessPoolExecutor

import numpy as np


def total(n):
    return float(np.arange(n).sum())


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        print(list(pool.map(total, [10, 100])))
