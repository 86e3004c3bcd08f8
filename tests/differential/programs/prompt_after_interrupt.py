#: interactive
#: typed: "\u0003"
#: typed: "x + 1"
#: typed: "exit()"
import threading
import time

x = 1
threading.Timer(0.3, lambda: print("stop me? ", end="", flush=True)).start()
time.sleep(60)
