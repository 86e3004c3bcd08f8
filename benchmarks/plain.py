"""The peer: `python main.py` on a terminal of its own, from the call to the first byte."""

import os
import pty
import selectors
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path


def first_byte(python: Path, program: Path, environment: Mapping[str, str]) -> float:
    """Return the seconds until the program's first byte could be read. The program is then waited for."""
    master, slave = pty.openpty()
    try:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(python), program.name],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=program.parent,
            env=dict(environment),
            start_new_session=True,
        )
        os.close(slave)
        os.read(master, 1)
        elapsed = time.perf_counter() - start
        drain(master)
        process.wait()
    finally:
        os.close(master)
    return elapsed


def drain(master: int) -> None:
    """Read until the other side of the terminal is closed (Linux says EIO then)."""
    try:
        while os.read(master, 65536):
            pass
    except OSError:
        return


def start(python: Path, program: Path, environment: Mapping[str, str]) -> tuple[subprocess.Popen[bytes], int, float]:
    """Start the program for a measurement of many at once; return it, its terminal and when it was started."""
    master, slave = pty.openpty()
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(python), program.name], stdin=slave, stdout=slave, stderr=slave, cwd=program.parent, env=dict(environment)
    )
    os.close(slave)
    return process, master, began


def many_first_bytes(python: Path, program: Path, environment: Mapping[str, str], count: int) -> list[float]:
    """Start `count` of them as fast as one process can; return the seconds from the common start to each first byte."""
    selector = selectors.DefaultSelector()
    zero = time.perf_counter()
    running = [start(python, program, environment) for _ in range(count)]
    for process, master, _ in running:
        selector.register(master, selectors.EVENT_READ, process)
    seconds: list[float] = []
    while selector.get_map():
        for key, _ in selector.select():
            seconds.append(time.perf_counter() - zero)
            selector.unregister(key.fileobj)
    for process, master, _ in running:
        drain(master)
        process.wait()
        os.close(master)
    return seconds
