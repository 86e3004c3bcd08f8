"""Interrupts itself a thousand times a second, and survives each."""
import signal
def handler(number, frame):
    pass
signal.signal(signal.SIGALRM, handler)
signal.signal(signal.SIGINT, handler)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
print("go", flush=True)
while True:
    pass
