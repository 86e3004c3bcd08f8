"""Memory that belongs to no process alone: one shared mapping, filled."""
import mmap
print("BEGUN", flush=True)
size = 400 << 20
memory = mmap.mmap(-1, size)
for place in range(0, size, 4096):
    memory[place] = 1
print("NO LIMIT", flush=True)
