"""Eight children in sessions of their own, deaf to what is said politely."""
import os, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
for _ in range(8):
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)
print("go", flush=True)
time.sleep(600)
