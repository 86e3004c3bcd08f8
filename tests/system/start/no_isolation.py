"""`no_isolation.py COMMAND…`: run it as a user who may make no user namespaces and finds no Landlock, on any machine."""

import errno
import os
import struct
import sys
from pathlib import Path

from pythonide_sandbox import seccomp, syscalls
from pythonide_sandbox.syscall_numbers import NUMBERS

NOBODY_SPECIAL = 1234
LOAD_NUMBER, ALLOW = (0x20, 0, 0, 0), (0x06, 0, 0, 0x7FFF0000)
NO_SUCH_CALL = (0x06, 0, 0, 0x00050000 | errno.ENOSYS)


def main() -> None:
    """Enter a last user namespace as an ordinary user of it; what is executed then has no right over it."""
    uid, gid = os.geteuid(), os.getegid()
    syscalls.unshare(syscalls.CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{NOBODY_SPECIAL} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{NOBODY_SPECIAL} {gid} 1", encoding="ascii")
    Path("/proc/sys/user/max_user_namespaces").write_text("0", encoding="ascii")
    _hide_landlock()
    os.execv(sys.argv[1], sys.argv[1:])


def _hide_landlock() -> None:
    ask = (0x15, 0, 1, NUMBERS["landlock_create_ruleset"])
    syscalls.no_new_privileges()
    seccomp.install(b"".join(struct.pack("HBBI", *step) for step in (LOAD_NUMBER, ask, NO_SUCH_CALL, ALLOW)))


if __name__ == "__main__":
    main()
