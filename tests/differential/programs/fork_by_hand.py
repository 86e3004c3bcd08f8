import atexit
import os
import sys

atexit.register(lambda: print("at exit of", "the child" if child == 0 else "the parent"))
sys.stdout.flush()
child = os.fork()
if child == 0:
    print("in the child", __name__)
    sys.exit(5)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
