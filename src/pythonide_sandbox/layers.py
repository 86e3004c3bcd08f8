"""The words that launcher, zygote and run share: tiers, layers of protection, fixed places."""

from enum import StrEnum


class Tier(StrEnum):
    """How much the machine lets us isolate."""

    FULL = "A"
    """Root launcher: namespaces, a uid per run, cgroups."""
    ROOTLESS = "B"
    """An ordinary user: the same namespaces by user namespaces; a watchdog instead of cgroups."""
    LANDLOCK = "C"
    """No namespaces: Landlock and seccomp only."""
    NONE = "D"
    """Nothing: for the one local user who owns the machine anyway."""


class Layer(StrEnum):
    """A layer that tests may leave out, to see that the hostile suite notices."""

    PID = "pid"
    MOUNT = "mount"
    NET = "net"
    IPC = "ipc"
    LANDLOCK = "landlock"
    SECCOMP = "seccomp"
    INIT = "init"
    IDMAP = "idmap"
    NO_NEW_PRIVS = "no_new_privs"
    CAPS = "caps"
    CGROUP = "cgroup"
    RLIMITS = "rlimits"


PYTHON, ENVIRONMENT, CODE = "/opt/python", "/opt/env", "/opt/pythonide"
WORKSPACE, COURSE, HOME = "/workspace", "/course", "/home/student"

FORK = b"fork"
"""The launcher's whole request to a zygote; a socket for the new run comes with it."""

FIRST_STUDENT_UID = 1000
UID_SLOTS = 1024
"""Runs alive at one time in one zygote at most; each has a uid of its own at tier A."""
INIT_UID = 999
"""The uid of a run's init, which no student's program has (tier A)."""

TEMPORARY_BYTES = 64 * 1024 * 1024
TEMPORARY_FILES = 4096

VARIABLES = {
    "PATH": f"{ENVIRONMENT}/bin:/usr/local/bin:/usr/bin:/bin",
    "HOME": HOME,
    "USER": "student",
    "LOGNAME": "student",
    "LANG": "C.UTF-8",
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "PYTHONNOUSERSITE": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MPLBACKEND": "module://pythonide_plots",
    "MPLCONFIGDIR": f"{HOME}/.config/matplotlib",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
"""The environment of every student's program, made from nothing."""
