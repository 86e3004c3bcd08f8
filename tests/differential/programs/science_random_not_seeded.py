#: scientific
import subprocess
import sys

import numpy as np

if len(sys.argv) > 1:
    print(np.random.rand())
else:
    seen = {np.random.rand(), float(subprocess.run([sys.executable, __file__, "x"], capture_output=True).stdout)}
    print(len(seen), np.random.get_state()[2], np.random.get_state()[3:])
