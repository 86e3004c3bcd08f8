#: rare
import atexit
import threading

atexit.register(lambda: (print("one", __name__), atexit.register(print, "two")))
atexit.register(lambda: print(threading.active_count(), threading.main_thread().is_alive()))
