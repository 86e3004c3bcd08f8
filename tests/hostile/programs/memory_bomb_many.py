"""Eight processes take a hundred megabytes each: none is over the limit, together they are."""
import os, sys, time
print("BEGUN", flush=True)
for number in range(8):
    if os.fork() == 0:
        kept = bytearray(b"x") * (100 << 20)
        time.sleep(20)
        os._exit(0)
ended = [os.wait()[1] for _ in range(8)]
print("LIMIT" if any(ended) else "NO LIMIT", ended, flush=True)
