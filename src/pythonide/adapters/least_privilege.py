"""Runs a command with as little as it needs: for what builds environments, from packages that strangers have written.

Started as root, the command becomes an account that owns nothing, in a process space of its own (what it leaves running
ends with it), and sees of private folders only the interpreter and its own folder. An ordinary user has nothing to give
up: there it runs as that user, without a way to more privileges.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pythonide
from pythonide.adapters.privileges import PrivilegesError, ServiceAccount, drop, running_code
from pythonide_sandbox import syscalls

NOBODY_ELSE = ServiceAccount(199_999, 199_999)
"""Owns no file anywhere; the numbers of students' programs begin above it."""
REFUSED = 3
"""Exit code when the privileges could not be given up; the reason is on stderr."""
_BOOT = (
    f"import sys; sys.path.insert(0, {str(Path(pythonide.__file__).parents[1])!r}); from {__name__} import main; main()"
)
_LONGEST = 30 * 60
"""Seconds; a build that leaves something running can keep its pipes open for ever."""


@dataclass(frozen=True)
class Confined:
    """Where commands may write, what else they may read, and their variables, which are all they get."""

    work: Path
    readable: tuple[Path, ...]
    variables: Mapping[str, str]

    def prepare(self) -> None:
        """Make the folder, for the account that will write there."""
        self.work.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(self.work, NOBODY_ELSE.uid, NOBODY_ELSE.gid)
        for name in ("home", "tmp"):
            self.give(self.work / name)

    def give(self, folder: Path) -> None:
        """Make another folder for the account."""
        folder.mkdir()
        if os.geteuid() == 0:
            os.chown(folder, NOBODY_ELSE.uid, NOBODY_ELSE.gid)

    def run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run the command in the folder, to its end, whatever that is; it ends with us."""
        own = {"HOME": str(self.work / "home"), "TMPDIR": str(self.work / "tmp")}
        order = {"work": str(self.work), "readable": [str(path) for path in self.readable], "command": list(command)}
        started = [sys.executable, "-c", _BOOT]
        try:
            return subprocess.run(
                started,
                env={**self.variables, **own},
                capture_output=True,
                text=True,
                check=False,
                input=json.dumps(order),
                timeout=_LONGEST,
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(started, REFUSED, "", f"It took longer than {_LONGEST // 60} minutes.")


def main() -> None:
    """Give up what there is to give up, run the command, and end as it does."""
    order = json.load(sys.stdin)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    _end_with_parent()
    work, readable = Path(order["work"]), tuple(map(Path, order["readable"]))
    if os.geteuid() != 0 or sys.platform != "linux":
        _become(work, readable, order["command"])
    syscalls.unshare(syscalls.CLONE_NEWPID)
    child = os.fork()
    if child == 0:
        _become(work, readable, order["command"])
    _, status = os.waitpid(child, 0)
    raise SystemExit(os.waitstatus_to_exitcode(status) & 0xFF)


def _end_with_parent() -> None:
    if sys.platform == "linux":
        syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)


def _become(work: Path, readable: tuple[Path, ...], command: list[str]) -> NoReturn:
    try:
        drop(NOBODY_ELSE, work, (*running_code(), *readable))
        _end_with_parent()  # the kernel forgets it when the user changes
        os.chdir(work)  # noqa: TID251 - this process is about to become the command
        os.execv(command[0], command)  # noqa: S606 - no shell: the command is a list of ours
    except (PrivilegesError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        os._exit(REFUSED)
