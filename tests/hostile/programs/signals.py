"""Signals to everything there is, init first. Number 0 asks only whether one would be delivered."""
import os, signal
from attempt import allowed, in_child
def reachable(pids):
    for pid in pids:
        if pid == os.getpid():
            continue
        try:
            os.kill(pid, 0)
        except OSError:
            continue
        return True
    return False
allowed("init can be asked", lambda: reachable([1]))
allowed("some other process can be asked", lambda: reachable(range(2, 70000)))
allowed("kill init", lambda: (os.kill(1, signal.SIGKILL), reachable([1]))[1] is False)
allowed("stop init", lambda: os.kill(1, signal.SIGSTOP) or True if reachable([1]) else None)
allowed("the group of pid 0", lambda: in_child(lambda: os.setsid() and os.killpg(1, 0) is None))
allowed("pidfd of init", lambda: hasattr(os, "pidfd_open") and signal.pidfd_send_signal(os.pidfd_open(1), 0) is None)
def by_file():
    import fcntl, socket, time
    parent = os.getppid()
    one, other = socket.socketpair()
    fcntl.fcntl(one, fcntl.F_SETOWN, parent)
    fcntl.fcntl(one, 10, signal.SIGTERM)
    fcntl.fcntl(one, fcntl.F_SETFL, fcntl.fcntl(one, fcntl.F_GETFL) | fcntl.FASYNC)
    other.send(b"x")
    time.sleep(0.3)  # a parent that obeyed would end this program, and no verdict would come
    return os.getppid() != parent
allowed("a signal to the parent when a file has news", by_file)
