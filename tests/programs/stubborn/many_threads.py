"""Twenty threads that compute; none of them ever sees an interrupt."""
import threading
def work():
    while True:
        sum(range(1000))
for _ in range(20):
    threading.Thread(target=work).start()
print("go", flush=True)
