#: rare
#: typed: "\u0003"
import threading

stop = threading.Event()
thread = threading.Thread(target=stop.wait)
thread.start()
threading.Timer(0.3, lambda: print("stop me? ", end="", flush=True)).start()
try:
    thread.join()
except KeyboardInterrupt:
    print("caught")
    stop.set()
