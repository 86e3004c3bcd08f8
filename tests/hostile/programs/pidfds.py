"""Handles of processes: of every number there is."""
import os, signal
from attempt import allowed, call
def any_of(act):
    for pid in range(1, 40000):
        if pid == os.getpid():
            continue
        try:
            descriptor = os.pidfd_open(pid)
        except OSError:
            continue
        try:
            if act(pid, descriptor):
                return True
        except OSError:
            pass
        finally:
            os.close(descriptor)
allowed("a handle of a stranger", lambda: any_of(lambda pid, _: pid != 1 and pid != os.getppid()))
allowed("stop by handle", lambda: any_of(lambda _, handle: signal.pidfd_send_signal(handle, signal.SIGSTOP) is None))
allowed("descriptor by handle", lambda: any_of(lambda _, handle: call("pidfd_getfd", handle, 0, 0)))
allowed("spaces by handle", lambda: any_of(lambda _, handle: call("setns", handle, 0x20000)))
