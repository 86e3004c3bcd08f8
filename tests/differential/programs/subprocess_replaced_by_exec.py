#: rare
import os
import sys

print("before", flush=True)
os.execv(sys.executable, [sys.executable, "-c", "import sys; print('after', sys.argv, sys.path[0] == ''); sys.exit(3)"])
