"""Takes all the room for waiting signals that its user has. Argument: `hoard` to keep it, `ask` to see whether some is left."""
import ctypes, os, signal, sys, time
from attempt import allowed
number = signal.SIGRTMIN + 3
signal.pthread_sigmask(signal.SIG_BLOCK, [number])
def queued():
    return ctypes.CDLL(None, use_errno=True).sigqueue(os.getpid(), int(number), ctypes.c_void_p(1)) == 0
if sys.argv[1] == "hoard":
    while queued():
        pass
    print("HOARDED", flush=True)
    time.sleep(600)
allowed("no room left for a signal", lambda: not queued())
