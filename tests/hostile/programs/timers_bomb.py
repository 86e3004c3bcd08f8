"""Timers and waiting signals are kernel memory that no limit on memory sees."""
import ctypes, os, signal
from attempt import LIBC, allowed
def timers(count):
    handle = ctypes.c_void_p()
    return all(LIBC.timer_create(0, None, ctypes.byref(handle)) == 0 for _ in range(count))
allowed("2,000 timers", lambda: timers(2000))
def queued(count):
    number = signal.SIGRTMIN + 2
    signal.pthread_sigmask(signal.SIG_BLOCK, [number])
    return all(LIBC.sigqueue(os.getpid(), int(number), ctypes.c_void_p(1)) == 0 for _ in range(count))
allowed("2,000 waiting signals", lambda: queued(2000))
