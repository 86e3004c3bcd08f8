import os

print("written", end="", flush=True)
print("lost", end="")
os._exit(9)
