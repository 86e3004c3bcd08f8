#: rare
#: typed: "\u0003"
import threading
import time

stop = threading.Event()
thread = threading.Thread(target=stop.wait)
thread.start()
print("stop me? ", end="", flush=True)
try:
    thread.join()
except KeyboardInterrupt:
    print("caught")
    stop.set()
