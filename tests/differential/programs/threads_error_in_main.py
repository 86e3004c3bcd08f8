#: rare
import threading

threading.Thread(target=lambda: (threading.main_thread().join(), print("after the error"))).start()
raise RuntimeError("main")
