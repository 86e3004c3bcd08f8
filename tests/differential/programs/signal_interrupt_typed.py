#: typed: "\u0003"
import threading
import time

threading.Timer(0.3, lambda: print("stop me? ", end="", flush=True)).start()
time.sleep(60)
