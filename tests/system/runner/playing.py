"""Plays one program by the runner in a forked process on a terminal, without a sandbox around it."""

import os
import pty
import selectors
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

from pythonide_sandbox.steps import INSPECT, boot
from pythonide_sandbox.wire import Frame, FrameDecoder, write_frame

SOURCES = Path(__file__).parents[3] / "src"
BEGIN = """
import os, socket, sys
for name in {inspect!r}:
    del os.environ[name]
from pythonide_sandbox import runner
runner.warm({preload!r})
sys.path.remove({sources!r})
os.chdir({folder!r})
work = runner.serve(socket.socket(fileno={descriptor}))
"""


@dataclass
class Played:
    """What came of a program."""

    status: int = 0
    text: str = ""
    frames: list[Frame] = field(default_factory=list)

    @property
    def ended(self) -> dict[str, object]:
        """The one `script_ended` frame."""
        (frame,) = [frame for frame in self.frames if frame.header["type"] == "script_ended"]
        return dict(frame.header)

    @property
    def plots(self) -> list[Frame]:
        """The figures."""
        return [frame for frame in self.frames if frame.header["type"] == "plot"]


def play(
    folder: Path,
    header: dict[str, object],
    *,
    typed: list[tuple[str, bytes]] | None = None,
    preload: tuple[str, ...] = (),
    python: str = sys.executable,
    env: dict[str, str] | None = None,
) -> Played:
    """Play a program; `typed` pairs what must stand at the end of the output with what is then typed."""
    ours, theirs = socket.socketpair()
    begin = BEGIN.format(
        inspect=list(INSPECT),
        sources=str(SOURCES),
        preload=list(preload),
        folder=str(folder),
        descriptor=theirs.fileno(),
    )
    theirs.set_inheritable(True)
    pid, master = pty.fork()
    if pid == 0:
        variables = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", **INSPECT, **(env or {})}
        os.execve(python, [python, "-c", boot(str(SOURCES), begin)], variables)
    theirs.close()
    write_frame(ours, {"type": "program", "arguments": [], **header})
    played = _listen(master, ours, list(typed or []))
    os.close(master)
    ours.close()
    played.status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return played


def _listen(master: int, channel: socket.socket, typed: list[tuple[str, bytes]]) -> Played:
    played, decoder, seen = Played(), FrameDecoder(), 0
    with selectors.DefaultSelector() as selector:
        selector.register(master, selectors.EVENT_READ)
        selector.register(channel, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(30)
            assert ready, f"nothing more came after {played.text!r}"
            for key, _ in ready:
                if key.fd == master:
                    data = _read(master)
                    played.text += data.decode().replace("\r\n", "\n")
                    while typed and typed[0][0] in played.text[seen:]:
                        seen = len(played.text)
                        os.write(master, typed.pop(0)[1])
                else:
                    data = channel.recv(65536)
                    played.frames += decoder.feed(data)
                if not data:
                    selector.unregister(key.fileobj)
    return played


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:
        return b""
