"""Landlock: the kernel's own list of what a process may open, kept even by whatever it starts."""

import os
import struct
from collections.abc import Sequence
from enum import StrEnum

from pythonide_sandbox.syscalls import call

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_FIRST_RIGHTS = (1 << 13) - 1
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_FOR_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_NET_TCP = 3
_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 3
_VERSION, _PATH_BENEATH = 1, 1

ABI_WITH_SCOPES = 6
"""The first version that also walls off signals and abstract sockets: what tier C needs at least."""


class Access(StrEnum):
    """What a rule gives beneath its path."""

    READ = "read"
    WRITE = "write"
    DEVICE = "device"
    LIST = "list"
    """See names and follow links, but open no file."""


def version() -> int:
    """Return the kernel's Landlock version, 0 without Landlock."""
    try:
        return call("landlock_create_ruleset", None, 0, _VERSION)
    except OSError:
        return 0


Rule = tuple[str | int, Access]
"""A path, or a descriptor of it, and what is given there."""


def prepare(rules: Sequence[Rule], *, tcp: bool) -> int:
    """Return the descriptor of a set of rules, which leaves TCP only if `tcp`. More may be added until it is enforced."""
    abi = version()
    if abi == 0:
        raise OSError(38, "this kernel has no Landlock")
    network = 0 if tcp else _NET_TCP
    attributes = struct.pack("QQQ", _handled(abi), network, _SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS)
    size = 24 if abi >= ABI_WITH_SCOPES else 16 if abi >= 4 else 8
    ruleset = call("landlock_create_ruleset", attributes[:size], size, 0)
    try:
        add(ruleset, rules, abi=abi)
    except OSError:
        os.close(ruleset)
        raise
    return ruleset


def add(ruleset: int, rules: Sequence[Rule], *, abi: int | None = None) -> None:
    """Add rules. They hold for what lies at the paths now: a mount that comes later needs its own."""
    handled = _handled(abi or version())
    for path, access in rules:
        _add(ruleset, path, _rights(access, handled))


def enforce(ruleset: int) -> None:
    """Leave this process only what the prepared rules name. Needs no_new_privs or a capability."""
    call("landlock_restrict_self", ruleset, 0)


def _handled(abi: int) -> int:
    handled = _FIRST_RIGHTS
    handled |= _REFER if abi >= 2 else 0
    handled |= _TRUNCATE if abi >= 3 else 0
    handled |= _IOCTL_DEV if abi >= 5 else 0
    return handled


def _rights(access: Access, handled: int) -> int:
    match access:
        case Access.READ:
            rights = _EXECUTE | _READ_FILE | _READ_DIR
        case Access.LIST:
            rights = _READ_DIR
        case Access.WRITE:
            rights = handled & ~_MAKE_CHAR & ~_MAKE_BLOCK
        case Access.DEVICE:
            rights = _WRITE_FILE | _READ_FILE | _READ_DIR | _TRUNCATE | _IOCTL_DEV
    return rights & handled


def _add(ruleset: int, path: str | int, rights: int) -> None:
    fd = os.open(path, os.O_PATH | os.O_CLOEXEC) if isinstance(path, str) else path
    try:
        if not os.path.isdir(fd):
            rights &= _FOR_FILES
        call("landlock_add_rule", ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, fd), 0)
    finally:
        if fd != path:
            os.close(fd)
