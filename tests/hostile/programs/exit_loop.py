"""Loops in `__exit__`, in `__del__` and in an exit handler."""
import atexit
def loop(*_):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
class Held:
    __exit__ = __del__ = loop
    def __enter__(self):
        return self
atexit.register(loop)
print("BEGUN", flush=True)
with Held():
    pass
