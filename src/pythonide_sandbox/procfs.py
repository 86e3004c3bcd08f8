"""What the launcher sees of a run from outside, in `/proc`: its processes, their use, and whether one waits for input."""

import os
import resource
import struct
from collections.abc import Iterator

from pythonide_sandbox.syscall_numbers import NUMBERS

_MOST_PROCESSES = 512
_MOST_THREADS = 32
_MOST_DESCRIPTORS = 64
_PAGE = resource.getpagesize()
_TICKS = os.sysconf("SC_CLK_TCK")
_TERMINAL_MAJORS = range(136, 144)
_DEV_TTY = (5, 0)
_POLLIN = 1
_EXITING = 0x4
"""`PF_EXITING` of the kernel's linux/sched.h, in the flags of `/proc/<pid>/stat`."""
_POLLFD = struct.Struct("iHH")

_READS = {NUMBERS[name] for name in ("read", "readv") if name in NUMBERS}
_SELECTS = {NUMBERS[name] for name in ("select", "pselect6") if name in NUMBERS}
_POLLS = {NUMBERS[name] for name in ("poll", "ppoll") if name in NUMBERS}


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read(65536)
    except OSError:
        return ""


def _names(path: str) -> list[str]:
    try:
        return os.listdir(path)
    except OSError:
        return []


def memory_left() -> float:
    """Return which share of the machine's memory programs can still have; 1 where the kernel does not say."""
    sizes = dict(line.split(":", 1) for line in _read("/proc/meminfo").splitlines() if ":" in line)
    try:
        return int(sizes["MemAvailable"].split()[0]) / int(sizes["MemTotal"].split()[0])
    except (KeyError, ValueError, IndexError, ZeroDivisionError):
        return 1.0


def children(pid: int) -> list[int]:
    """Return the processes that `pid` (a process of one thread) has forked and not buried."""
    return [int(child) for child in _read(f"/proc/{pid}/task/{pid}/children").split()]


def leaves(pid: int) -> bool:
    """Tell whether this process has gone, or is on its way: it may have closed some of its descriptors, not all."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return not fields or bool(int(fields[6]) & _EXITING)


def processes(first: int) -> list[int]:
    """Return `first` and all that descends from it, at most `_MOST_PROCESSES`."""
    found = [first]
    for pid in found:
        for thread in _names(f"/proc/{pid}/task"):
            found += [int(child) for child in _read(f"/proc/{pid}/task/{thread}/children").split()]
        if len(found) > _MOST_PROCESSES:
            break
    return found


def cpu_seconds(pids: list[int]) -> float:
    """Return the processor time of these processes and of the children they have reaped."""
    ticks = 0
    for pid in pids:
        fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / _TICKS


def memory_bytes(pids: list[int], enough: int) -> int:
    """Return the memory of these processes, each shared page counted by its share.

    Exact only above `enough`: below it the cheaper sum of resident sizes, which is never less, answers.
    """
    resident = 0
    for pid in pids:
        fields = _read(f"/proc/{pid}/statm").split()
        resident += int(fields[1]) * _PAGE if len(fields) > 1 else 0
    if resident <= enough:
        return resident
    return sum(_proportional(pid) for pid in pids)


def _proportional(pid: int) -> int:
    for line in _read(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def written_bytes(pids: list[int]) -> int:
    """Return what these processes, and children that they have waited for, have had written to disks.

    Files in memory do not count, nor what was removed before it reached the disk.
    """
    written = 0
    for pid in pids:
        fields = dict(line.split(": ", 1) for line in _read(f"/proc/{pid}/io").splitlines())
        written += int(fields.get("write_bytes", 0)) - int(fields.get("cancelled_write_bytes", 0))
    return written


def waits_for_input(pids: list[int]) -> bool:
    """Tell whether a thread of these processes is blocked until somebody types."""
    return any(_thread_waits(pid, thread) for pid in pids for thread in _names(f"/proc/{pid}/task")[:_MOST_THREADS])


def _thread_waits(pid: int, thread: str) -> bool:
    fields = _read(f"/proc/{pid}/task/{thread}/syscall").split()
    if len(fields) < 7 or fields[0] == "-1":
        return False
    number, arguments = int(fields[0]), [int(field, 16) for field in fields[1:7]]
    if number in _READS:
        return _is_terminal(pid, arguments[0])
    if number in _SELECTS:
        return any(_is_terminal(pid, fd) for fd in _selected(pid, arguments[0], arguments[1]))
    if number in _POLLS:
        return any(_is_terminal(pid, fd) for fd in _polled(pid, arguments[0], arguments[1]))
    return False


def _is_terminal(pid: int, fd: int) -> bool:
    try:
        device = os.stat(f"/proc/{pid}/fd/{fd & 0xFFFFFFFF}").st_rdev
    except OSError:
        return False
    return os.major(device) in _TERMINAL_MAJORS or (os.major(device), os.minor(device)) == _DEV_TTY


def _memory(pid: int, address: int, size: int) -> bytes:
    if not address:
        return b""
    try:
        fd = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.pread(fd, size, address)
    except (OSError, OverflowError):
        return b""
    finally:
        os.close(fd)


def _selected(pid: int, count: int, address: int) -> Iterator[int]:
    bits = int.from_bytes(_memory(pid, address, _MOST_DESCRIPTORS // 8), "little")
    return (fd for fd in range(min(count, _MOST_DESCRIPTORS)) if bits >> fd & 1)


def _polled(pid: int, address: int, count: int) -> Iterator[int]:
    data = _memory(pid, address, _POLLFD.size * min(count, _MOST_DESCRIPTORS))
    whole = len(data) - len(data) % _POLLFD.size
    return (fd for fd, events, _ in _POLLFD.iter_unpack(data[:whole]) if events & _POLLIN and fd >= 0)
