"""`no_isolation.py COMMAND…`: run it as a user who may make no user namespaces, on any machine and by whomever."""

import os
import sys
from pathlib import Path

from pythonide_sandbox import syscalls

NOBODY_SPECIAL = 1234


def main() -> None:
    """Enter a last user namespace as an ordinary user of it; what is executed then has no right over it."""
    uid, gid = os.geteuid(), os.getegid()
    syscalls.unshare(syscalls.CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{NOBODY_SPECIAL} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{NOBODY_SPECIAL} {gid} 1", encoding="ascii")
    Path("/proc/sys/user/max_user_namespaces").write_text("0", encoding="ascii")
    os.execv(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
