#: scientific
import os

import numpy
import pandas

print({name: os.environ.get(name) for name in ("MPLBACKEND", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")})
print(numpy.__file__, pandas.__file__, numpy.__spec__.origin == numpy.__file__)
import threading
print(threading.active_count(), len(os.listdir("/proc/self/task")))
