"""More children at a time than processes are allowed: the kernel or the keeper must refuse some. Ends them itself."""
import os, signal, time
from attempt import allowed
def many(count):
    children = []
    try:
        for _ in range(count):
            child = os.fork()
            if child == 0:
                time.sleep(60)
                os._exit(0)
            children.append(child)
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return True
allowed("150 children", lambda: many(150))
