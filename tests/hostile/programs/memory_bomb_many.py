"""Eight processes take a hundred megabytes each: none is over the limit, together they are."""
import os, sys, time
print("BEGUN", flush=True)
reading, writing = os.pipe()
for number in range(8):
    if os.fork() == 0:
        os.close(reading)
        kept = bytearray(b"x") * (100 << 20)
        os.write(writing, b"1")
        time.sleep(600)
        os._exit(0)
os.close(writing)
got = 0
while got < 8:
    piece = os.read(reading, 8)
    if not piece:
        break
    got += len(piece)
if got == 8:
    time.sleep(3)
    print("NO LIMIT", flush=True)
else:
    print("LIMIT", got, flush=True)
