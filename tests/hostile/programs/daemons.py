"""Leaves daemons behind: double fork, own session, every signal ignored. Argument: a word to find them by."""
import os, signal, sys, time
for number in range(int(sys.argv[2])):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for name in range(1, 65):
            try:
                signal.signal(name, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        try:
            os.execv(sys.executable, [sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)", sys.argv[1]])
        except OSError:
            time.sleep(600)
    os.wait()
print("DAEMONS STARTED", flush=True)
