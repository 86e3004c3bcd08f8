"""What each tier leaves open, and what does not work there: `pythonide doctor`, the server's log and SECURITY.md say this.

Each opening is shown by a hostile program, see `tests/hostile/verdicts.py`.
"""

from collections.abc import Mapping

from pythonide_sandbox.layers import Tier

PATHS = "programs see the real paths of their own folder and of Python, and whatever names are in them"
METADATA = "whether a file of a known path exists, its size and its times"
NUMBERS = "which process numbers are in use, with their sessions and priorities"
SIGNALS = "one program can take all the room for waiting signals"
ONE_USER = "a user id per run"
MEMORY = "the kernel's limit on a run's total memory (a watchdog ends it)"
TEMPORARY = "a limit of its own for temporary files, which lie on the data's disk and count as written"

OPEN: Mapping[Tier, tuple[str, ...]] = {
    Tier.FULL: (),
    Tier.ROOTLESS: (ONE_USER, MEMORY),
    Tier.LANDLOCK: (ONE_USER, MEMORY, TEMPORARY, PATHS, METADATA, NUMBERS, SIGNALS),
    Tier.NONE: ("everything: the server then serves one local user only",),
}
"""What is missing of the protection of tier A, or what it leaves to see and do."""
LACKS: Mapping[Tier, tuple[str, ...]] = {
    Tier.LANDLOCK: (
        "`/workspace`, `/course` and `/tmp` (there are `~/course` and `$TMPDIR`)",
        "sockets",
        "locks, queues and pools of `multiprocessing`",
        "terminals of one's own",
        "`os.chmod` and `os.utime` (`shutil.copy` goes without)",
        "the files of `/proc`, and its lists",
    )
}
"""What programs miss."""


def missing(tier: Tier) -> str:
    """Return all of it in one line."""
    lacks = LACKS.get(tier, ())
    return "; ".join([*OPEN[tier], *([f"for programs: {', '.join(lacks)}"] if lacks else [])]) or "–"
