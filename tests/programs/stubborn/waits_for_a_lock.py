"""Waits for a lock that nobody gives back, and again whenever it is interrupted."""
import threading
lock = threading.Lock()
lock.acquire()
print("go", flush=True)
while True:
    try:
        lock.acquire()
    except BaseException:
        pass
