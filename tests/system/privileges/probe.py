"""Drops privileges the way the server does and reports, as one line of JSON, what is left of them."""

import ctypes
import importlib
import json
import os
import sys
from pathlib import Path

from pythonide.adapters.privileges import PrivilegesError, ServiceAccount, drop, prepare_data_directory


def tried(act: str, path: Path) -> str:
    """Return "ok" or the name of the error."""
    try:
        match act:
            case "read":
                path.read_bytes()
            case "write":
                path.write_bytes(b"x")
            case "list":
                list(path.iterdir())
            case _:
                raise AssertionError(act)
    except OSError as error:
        return type(error).__name__
    return "ok"


def lazy_import() -> str:
    """Import what nothing has imported yet, from the base interpreter and the source folder; return where the latter lies."""
    try:
        importlib.import_module("xml.dom.minidom")
        return str(importlib.import_module("pythonide.domain.paths").__file__)
    except ImportError as error:
        return str(error)


def regained() -> list[str]:
    """Try to become root again by every call there is; return those that worked."""
    won: list[str] = []
    for name, call in (
        ("setresuid", lambda: os.setresuid(0, 0, 0)),
        ("setgroups", lambda: os.setgroups([0])),
        ("chroot", lambda: os.chroot("/")),
        ("chown", lambda: os.chown(sys.argv[1], 0, 0)),
    ):
        try:
            call()
        except OSError:
            continue
        won.append(name)
    return won


def main() -> None:
    """Usage: probe.py DATA UID SECRET [--again]."""
    data, uid, secret = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    account = ServiceAccount(uid, uid)
    try:
        prepare_data_directory(data, account)
        dropped = drop(account, data)
        if "--again" in sys.argv:
            dropped = drop(account, data)
    except PrivilegesError as error:
        print(json.dumps({"error": str(error)}))
        sys.exit(3)
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
    print(
        json.dumps(
            {
                "standing": dropped.standing,
                "covered": [str(path) for path in dropped.covered],
                "uids": [*os.getresuid(), *os.getresgid(), *os.getgroups()],
                "capabilities": {
                    name: status[name].strip() for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
                },
                "no_new_privileges": status["NoNewPrivs"].strip(),
                "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),
                "secret": tried("read", secret),
                "secret_folder": sorted(path.name for path in secret.parent.iterdir())
                if os.access(secret.parent, os.R_OK)
                else None,
                "write_data": tried("write", data / "database"),
                "list_data": tried("list", data),
                "write_code": tried("write", Path(lazy_import()).with_name("planted.py")),
                "late_import": lazy_import(),
                "regained": regained(),
                "cwd": str(Path.cwd()),
            }
        )
    )


main()
