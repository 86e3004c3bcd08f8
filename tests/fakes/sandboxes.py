"""Sandboxes without processes: programs are behaviours, and the fake keeps count of what lives.

Behaviours are named by the file that is run, so one contract suite can drive this fake and real Python.
"""

from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio
import anyio.lowlevel
from anyio import CancelScope, create_task_group

from pythonide.domain.errors import UnavailableError
from pythonide.domain.ids import RunId
from pythonide.domain.runs import Limit, Usage
from pythonide.kit.pulse import Pulse
from pythonide.ports import (
    Clock,
    Output,
    ProcessEnd,
    ProcessEvent,
    Program,
    Sandbox,
    SandboxSpec,
    ScriptEnded,
    Waiting,
)

SIGKILL, SIGXCPU = -9, -24
CTRL_C, CTRL_D, CTRL_E, CTRL_U = b"\x03\x04\x05\x15"


class Interrupted(Exception):
    """KeyboardInterrupt, in a behaviour."""


class Exited(Exception):
    """The interpreter ends."""

    def __init__(self, code: int, limit: Limit | None = None, *, lost: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.limit = limit
        self.lost = lost


class FakeProcess:
    """A program that runs a behaviour; its terminal echoes nothing and holds what is typed, as readline takes it."""

    def __init__(self, clock: Clock, program: Program, run: RunId) -> None:
        self.run = run
        self.started_at = clock.monotonic()
        self.clock = clock
        self.program = program
        self.size = (program.columns, program.rows)
        self.interrupts = 0
        self.obeys = True
        """Whether an interrupt raises in the behaviour."""
        self._events: deque[ProcessEvent] = deque()
        self._typed = bytearray()
        self._pulse = Pulse()
        self._scope = CancelScope()
        self._interrupted = False
        self._cut = CancelScope()
        self.end: ProcessEnd | None = None

    # --- the Process port

    async def receive(self) -> ProcessEvent | None:
        while not self._events and self.end is None:
            await self._pulse.wait()
        await anyio.lowlevel.checkpoint()
        return self._events.popleft() if self._events else None

    async def write(self, data: bytes) -> None:
        await anyio.lowlevel.checkpoint()
        if self.end is not None:
            return
        for byte in data:
            self._key(byte)
        self._pulse.beat()

    def _key(self, byte: int) -> None:
        half = self._typed[self._typed.rfind(b"\n") + 1 :]
        if byte == CTRL_C:
            self._typed.clear()
            self.interrupt()
        elif byte == CTRL_U:
            del self._typed[len(self._typed) - len(half) :]
        elif byte == CTRL_D and half:
            return  # deletes what is right of the cursor
        elif byte != CTRL_E:
            self._typed.append(byte)

    def resize(self, columns: int, rows: int) -> None:
        self.size = (columns, rows)

    def interrupt(self) -> None:
        self.interrupts += 1
        if self.obeys and self.end is None:
            self._interrupted = True
            self._cut.cancel()

    def kill(self) -> None:
        if self.end is None:
            self._scope.cancel()

    async def wait(self) -> ProcessEnd:
        while self.end is None:
            await self._pulse.wait()
        return self.end

    # --- what behaviours use

    def say(self, event: ProcessEvent) -> None:
        self._events.append(event)
        self._pulse.beat()

    def print(self, text: str) -> None:
        self.say(Output(text.encode()))

    async def sleep(self, seconds: float) -> None:
        await self._interruptible(lambda: self.clock.sleep_until(self.clock.monotonic() + seconds))

    async def line(self) -> bytes:
        """Read a line as `input()` does, saying that it waits; Ctrl+D on an empty line is EOFError: `b""`."""
        self.say(Waiting(True))
        try:
            await self._interruptible(self._wait_line)
        finally:
            if self.end is None:
                self.say(Waiting(False))
        if self._typed[:1] == b"\x04":
            del self._typed[:1]
            return b""
        end = self._typed.index(b"\n") + 1
        line = bytes(self._typed[:end])
        del self._typed[:end]
        return line

    async def _wait_line(self) -> None:
        while b"\n" not in self._typed and self._typed[:1] != b"\x04":
            await self._pulse.wait()

    async def _interruptible(self, work: Callable[[], Awaitable[None]]) -> None:
        self._check()
        with CancelScope() as self._cut:
            await work()
        self._check()

    def _check(self) -> None:
        if self._interrupted:
            self._interrupted = False
            raise Interrupted

    # --- its life

    async def live(self, behaviour: "Behaviour") -> None:
        end = ProcessEnd(SIGKILL)
        try:
            with self._scope:
                end = await self._interpret(behaviour)
        finally:
            self.end = end
            self._pulse.beat()

    async def _interpret(self, behaviour: "Behaviour") -> ProcessEnd:
        try:
            if self.program.file is not None:
                await self._script(behaviour)
            elif self.program.notice:
                self.print(self.program.notice + "\r\n")
            if self.program.interactive:
                await self._prompt()
        except Exited as exited:
            return ProcessEnd(exited.code, exited.limit, Usage(0.1, 1000), lost=exited.lost)
        except Interrupted:
            return ProcessEnd(1)
        return ProcessEnd(0, usage=Usage(0.1, 1000))

    async def _script(self, behaviour: "Behaviour") -> None:
        code, error = 0, None
        try:
            await behaviour(self)
        except Interrupted:
            if not self.program.interactive:
                raise
            code, error = 1, "KeyboardInterrupt"
        self.say(ScriptEnded(code, error))

    async def _prompt(self) -> None:
        while True:
            try:
                self.print(">>> ")
                line = await self.line()
                if line == b"":
                    return
                await self._execute(line.strip().decode())
            except Interrupted:
                self.print("KeyboardInterrupt\r\n")

    async def _execute(self, line: str) -> None:
        if line.startswith("exit("):
            raise Exited(int(line[5:-1] or 0))
        if line.startswith("sleep "):
            await self.sleep(float(line[6:]))
        elif line == "deaf":
            await deaf(self)
        else:
            self.print(f"ran {line}\r\n")


Behaviour = Callable[[FakeProcess], Awaitable[None]]


async def hello(process: FakeProcess) -> None:
    process.print("hello\r\n")


async def echo(process: FakeProcess) -> None:
    line = await process.line()
    process.print("got " + line.decode().replace("\n", "\r\n"))


async def endless(process: FakeProcess) -> None:
    while True:
        await process.sleep(1.0)


async def deaf(process: FakeProcess) -> None:
    """Ignores every interrupt."""
    process.obeys = False
    await anyio.sleep_forever()


async def slow_to_leave(process: FakeProcess) -> None:
    """Takes 0.7 s to close its files after an interrupt."""
    try:
        await endless(process)
    except Interrupted:
        await process.sleep(0.7)
        raise


async def crash(process: FakeProcess) -> None:
    raise Exited(-11)


async def exhaust(process: FakeProcess) -> None:
    raise Exited(SIGKILL, Limit.MEMORY)


async def burn(process: FakeProcess) -> None:
    raise Exited(SIGXCPU, Limit.CPU)


async def vanish(process: FakeProcess) -> None:
    raise Exited(-1, lost=True)


async def flood(process: FakeProcess) -> None:
    for number in range(64):
        process.print(f"{number:04}" * 16 * 1024)
        await process.sleep(0.0)


BEHAVIOURS: dict[str, Behaviour] = {
    "hello.py": hello,
    "echo.py": echo,
    "endless.py": endless,
    "deaf.py": deaf,
    "slow_to_leave.py": slow_to_leave,
    "crash.py": crash,
    "exhaust.py": exhaust,
    "burn.py": burn,
    "vanish.py": vanish,
    "flood.py": flood,
}


class FakeSandbox:
    def __init__(self, owner: "FakeSandboxes", spec: SandboxSpec) -> None:
        self._owner = owner
        self.spec = spec

    @asynccontextmanager
    async def running(self, program: Program) -> AsyncGenerator[FakeProcess, None]:
        process = FakeProcess(self._owner.clock, program, self.spec.run)
        behaviour = self._owner.behaviours[program.file.text] if program.file else hello
        self._owner.started.append(process)
        async with create_task_group() as group:
            self._owner.processes.add(process)
            group.start_soon(process.live, behaviour)
            try:
                yield process
            finally:
                self._owner.left_alive += process.end is None
                process.kill()
                with CancelScope(shield=True):
                    await process.wait()
                self._owner.processes.discard(process)


class FakeSandboxes:
    """Implements `Sandboxes`. `processes` and `open_now` are what a machine would show."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.behaviours = dict(BEHAVIOURS)
        self.processes: set[FakeProcess] = set()
        self.started: list[FakeProcess] = []
        self.open_now: set[str] = set()
        self.left_alive = 0
        """How often a driver left a process for others to reap."""
        self.broken = False
        self.opening_takes = 0.0

    @property
    def degraded(self) -> bool:
        return self.broken

    @asynccontextmanager
    async def open(self, spec: SandboxSpec) -> AsyncGenerator[Sandbox, None]:
        if self.broken:
            raise UnavailableError("The sandbox cannot be made.")
        if self.opening_takes:
            await self.clock.sleep_until(self.clock.monotonic() + self.opening_takes)
        assert spec.run not in self.open_now, "one sandbox per run"
        self.open_now.add(spec.run)
        try:
            yield FakeSandbox(self, spec)
        finally:
            self.open_now.discard(spec.run)
