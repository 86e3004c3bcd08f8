"""Tells the kernel that it does not want the interrupt."""
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
print("go", flush=True)
while True:
    pass
