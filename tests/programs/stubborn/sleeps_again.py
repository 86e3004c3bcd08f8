"""Goes back to sleep whenever it is woken."""
import time
print("go", flush=True)
while True:
    try:
        time.sleep(0.05)
    except BaseException:
        pass
