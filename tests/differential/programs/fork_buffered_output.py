import os
import sys

sys.stdout.reconfigure(line_buffering=False)
print("written before the fork")
child = os.fork()
if child:
    os.waitpid(child, 0)
