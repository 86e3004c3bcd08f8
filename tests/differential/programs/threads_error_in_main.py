#: rare
import threading
import time

threading.Thread(target=lambda: (time.sleep(0.1), print("after the error"))).start()
raise RuntimeError("main")
