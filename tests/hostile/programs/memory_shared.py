"""Memory that limits of a process do not count: shared memory, memfd, files in /tmp and /dev/shm."""
import mmap, os
from attempt import allowed, call
def fill(path, megabytes):
    with open(path, "wb") as file:
        for _ in range(megabytes):
            file.write(b"x" * (1 << 20))
    return True
for folder in ("/tmp", "/dev/shm"):
    allowed(f"128 MB in {folder}", lambda: fill(f"{folder}/big", 128))
    if os.path.exists(f"{folder}/big"):
        os.unlink(f"{folder}/big")
allowed("memfd_create", lambda: call("memfd_create", b"x", 0))
allowed("memfd_secret", lambda: call("memfd_secret", 0))
def made_and_removed(make, control, *arguments):
    """A key of nobody's (0), removed at once: outside the sandbox it would stay, and belong to whoever came first."""
    number = call(make, 0, *arguments) - 1
    call(control, number, *(0, 0) if make == "semget" else (0,), 0)
    return True
allowed("shmget", lambda: made_and_removed("shmget", "shmctl", 1 << 20, 0o1600))
allowed("msgget", lambda: made_and_removed("msgget", "msgctl", 0o1600))
allowed("semget", lambda: made_and_removed("semget", "semctl", 1, 0o1600))
allowed("mq_open", lambda: call("mq_open", b"hostile", 0o102, 0o600, 0))
