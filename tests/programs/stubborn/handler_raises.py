"""A handler of its own that raises something else, which the loop expects."""
import signal
def handler(number, frame):
    raise RuntimeError("not now")
signal.signal(signal.SIGINT, handler)
print("go", flush=True)
while True:
    try:
        while True:
            pass
    except RuntimeError:
        pass
