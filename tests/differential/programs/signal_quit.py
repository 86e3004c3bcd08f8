#: rare
#: typed: "\u001c"
import time

print("quit me? ", end="", flush=True)
time.sleep(60)
