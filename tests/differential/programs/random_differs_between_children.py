import os
import random

reading, writing = os.pipe()
for _ in range(3):
    if os.fork() == 0:
        os.write(writing, f"{random.random()}\n".encode())
        os._exit(0)
    os.wait()
os.close(writing)
print(len(set(open(reading).read().split())))
