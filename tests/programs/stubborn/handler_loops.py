"""A handler of its own that never returns."""
import signal
def handler(number, frame):
    while True:
        pass
signal.signal(signal.SIGINT, handler)
print("go", flush=True)
while True:
    signal.pause()
