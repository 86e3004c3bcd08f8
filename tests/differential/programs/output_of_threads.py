#: rare
import threading

lock = threading.Lock()


def work(n):
    for _ in range(500):
        with lock:
            print(n, "y" * 70)


threads = [threading.Thread(target=work, args=(n,)) for n in range(1)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
