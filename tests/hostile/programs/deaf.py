"""Ignores what it can and catches the rest, so that only a kill ends it."""
import os, signal, sys
for number in range(1, 65):
    try:
        signal.signal(number, lambda *_: None)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
print("BEGUN", flush=True)
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
