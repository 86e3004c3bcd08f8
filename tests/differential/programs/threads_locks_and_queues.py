#: rare
import queue
import threading

answers = queue.Queue()
lock = threading.RLock()


def work(n):
    with lock:
        answers.put(n)


threads = [threading.Thread(target=work, args=(n,)) for n in range(10)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(answers.get() for _ in threads))
local = threading.local()
local.x = 1
print(local.__dict__)
