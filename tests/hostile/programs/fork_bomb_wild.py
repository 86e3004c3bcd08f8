"""Every child forks on, in sessions of its own, deaf to every signal it may ignore."""
import os, signal, sys
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
print("BEGUN")
sys.stdout.flush()
while True:
    try:
        if os.fork() == 0:
            os.setsid()
    except OSError:
        pass
