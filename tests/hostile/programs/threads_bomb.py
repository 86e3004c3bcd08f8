"""Threads count as processes do."""
import threading, time
started = 0
try:
    for _ in range(2000):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        started += 1
    print("NO LIMIT", started)
except RuntimeError:
    print("LIMIT", started)
