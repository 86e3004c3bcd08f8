"""One running program: its terminal, its channel, and what the launcher says of it, as one bounded series of events."""

import asyncio
import errno
import fcntl
import os
import signal
import socket
import struct
import termios
from collections import deque
from collections.abc import Callable

from pythonide.adapters.sandbox.channel import ChannelReader
from pythonide.ports import Output, ProcessEnd, ProcessEvent, Program, Waiting
from pythonide_sandbox.wire import encode_frame

_READ_BYTES = 65536
_MOST_PENDING = 256 * 1024
_TIOCSIG = 0x40045436


class TerminalProcess:
    """The port `Process` on a terminal's master and the run's channel."""

    def __init__(self, master: int, channel: int, kill: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._master = master
        self._channel = socket.socket(fileno=channel)
        self._kill = kill
        self._reader = ChannelReader()
        self._events: deque[ProcessEvent] = deque()
        self._pending = 0
        self._news = asyncio.Event()
        self._begun = asyncio.Event()
        self._drained = self._reading = self._channel_over = False
        self._is_waiting = False
        self._end: asyncio.Future[ProcessEnd] = self._loop.create_future()
        os.set_blocking(master, False)
        self._channel.setblocking(False)

    @property
    def terminal(self) -> int:
        """The terminal's master; -1 once closed."""
        return self._master

    async def start(self, program: Program) -> None:
        """Tell the script's process what to run; returns once it has read the script, so that the file may change again."""
        self.resize(program.columns, program.rows)
        self._resume()
        header: dict[str, object] = {
            "type": "program",
            "file": None if program.file is None else program.file.text,
            "arguments": list(program.arguments),
            "interactive": program.interactive,
            "notice": program.notice,
        }
        try:
            await self._loop.sock_sendall(self._channel, encode_frame(header))
        except OSError:
            return  # it has ended already; `wait` tells how
        if program.file is not None:
            await self._begun.wait()

    async def receive(self) -> ProcessEvent | None:
        while not self._events:
            if self._drained:
                return None
            self._news.clear()
            self._resume()
            await self._news.wait()
        event = self._events.popleft()
        self._pending -= _weight(event)
        if self._pending <= _MOST_PENDING // 2:
            self._resume()
        return event

    async def write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._master, view) :]
            except BlockingIOError:
                await self._writable()
            except OSError:
                return  # the terminal has closed: nobody reads this any more

    async def _writable(self) -> None:
        ready: asyncio.Future[None] = self._loop.create_future()
        self._loop.add_writer(self._master, lambda: ready.done() or ready.set_result(None))
        try:
            await ready
        finally:
            self._loop.remove_writer(self._master)

    def resize(self, columns: int, rows: int) -> None:
        try:
            fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        except OSError:
            return

    def interrupt(self) -> None:
        try:
            fcntl.ioctl(self._master, _TIOCSIG, signal.SIGINT)
        except OSError:
            return  # no terminal, nobody to interrupt

    def kill(self) -> None:
        if not self._end.done():
            self._kill()

    async def wait(self) -> ProcessEnd:
        return await asyncio.shield(self._end)

    def end(self, end: ProcessEnd) -> None:
        """Take the launcher's word that nothing is left."""
        if not self._end.done():
            self._end.set_result(end)
        self._begun.set()

    def waiting(self, *, waiting: bool) -> None:
        """Take the launcher's word on whether the program waits for input."""
        if waiting != self._is_waiting and not self._drained:
            self._read_terminal()
            self._is_waiting = waiting
            self._add(Waiting(waiting))

    def close(self) -> None:
        """Let go of the terminal; only after the end."""
        self._pause()
        self._channel.close()
        os.close(self._master)
        self._master = -1
        self._drained = True
        self._news.set()

    # --- reading

    def _resume(self) -> None:
        if not self._reading and not self._drained and self._pending < _MOST_PENDING:
            self._reading = True
            self._loop.add_reader(self._master, self._read_terminal)
            if not self._channel_over:
                self._loop.add_reader(self._channel.fileno(), self._read_channel)

    def _pause(self) -> None:
        if self._reading:
            self._reading = False
            self._loop.remove_reader(self._master)
            self._loop.remove_reader(self._channel.fileno())

    def _read_terminal(self) -> None:
        try:
            data = os.read(self._master, _READ_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            data = b""
        if data:
            self._add(Output(data))
        else:
            self._finish()

    def _finish(self) -> None:
        self._pause()
        while not self._channel_over and self._pending < _MOST_PENDING:
            before = self._pending
            self._read_channel()
            if self._pending == before:
                break
        self._drained = True
        self._news.set()
        self._begun.set()

    def _read_channel(self) -> None:
        if not self._drained and self._reading:
            self._read_terminal()  # what was printed before a frame was sent comes before it
        if self._drained or self._channel_over:
            return
        try:
            data = self._channel.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        events = self._reader.feed(data, self._loop.time()) if data else None
        if events is None or self._reader.begun:
            self._begun.set()
        if events is None:
            self._channel_over = True
            self._loop.remove_reader(self._channel.fileno())
        for event in events or ():
            self._add(event)

    def _add(self, event: ProcessEvent) -> None:
        self._events.append(event)
        self._pending += _weight(event)
        self._news.set()
        if self._pending >= _MOST_PENDING:
            self._pause()


def _weight(event: ProcessEvent) -> int:
    return 64 + (len(event.data) if isinstance(event, Output) else len(getattr(event, "png", b"")))
