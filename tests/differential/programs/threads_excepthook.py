#: rare
import sys
import threading

threading.excepthook = lambda what: print("hook", what.exc_type.__name__, what.thread.name)
thread = threading.Thread(target=lambda: 1 / 0, name="worker")
thread.start()
thread.join()
thread = threading.Thread(target=lambda: sys.exit(3), name="leaving")
thread.start()
thread.join()
