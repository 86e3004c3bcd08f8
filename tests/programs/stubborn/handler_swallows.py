"""A handler of its own that does nothing."""
import signal
signal.signal(signal.SIGINT, lambda number, frame: None)
print("go", flush=True)
while True:
    signal.pause()
