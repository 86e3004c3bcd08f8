import threading
import time


def work():
    time.sleep(0.1)
    print("late", threading.current_thread().name, threading.main_thread().name)


threading.Thread(target=work).start()
print("end", threading.current_thread() is threading.main_thread(), threading.active_count())
