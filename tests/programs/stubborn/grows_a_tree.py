"""Children of children of children, each of which waits for its own."""
import os, signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
top = os.getpid()
for _ in range(4):
    if os.fork():
        os.fork()
        break
if os.getpid() == top:
    print("go", flush=True)
while True:
    try:
        os.wait()
    except OSError:
        signal.pause()
