"""Memory that belongs to no process alone: one shared mapping, filled and kept."""
import mmap
import time
print("BEGUN", flush=True)
size = 400 << 20
memory = mmap.mmap(-1, size)
for place in range(0, size, 4096):
    memory[place] = 1
time.sleep(10)  # a watchdog that looks now and then has had its chances
print("NO LIMIT", flush=True)
