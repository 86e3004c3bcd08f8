"""The main thread waits for a thread that never ends."""
import threading
def work():
    while True:
        pass
threading.Thread(target=work).start()
print("go", flush=True)
while True:
    try:
        threading.Event().wait()
    except BaseException:
        pass
