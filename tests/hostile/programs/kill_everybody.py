"""Kills everything it may: a neighbour must not notice."""
import os, signal, sys, time
print("SHOOTING", flush=True)
for number in (signal.SIGKILL, signal.SIGTERM):
    for pid in (-1, *range(2, 5000)):
        if pid != os.getpid():
            try:
                os.kill(pid, number)
            except OSError:
                pass
print("SHOT", flush=True)
