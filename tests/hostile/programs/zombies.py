"""Leaves dead children unwaited for, orphans, and orphans of orphans."""
import os, time
for number in range(20):
    if os.fork() == 0:
        for _ in range(2):
            if os.fork() == 0:
                os._exit(0)
        os._exit(number)
print("LEFT", flush=True)
