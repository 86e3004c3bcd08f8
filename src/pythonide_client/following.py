"""A run's output from its first byte to its last, over as many connections as it takes."""

from dataclasses import dataclass, field
from typing import Any

from pythonide.protocol.frames import Frame, FrameKind
from pythonide_client.client import Client, connected
from pythonide_client.errors import ClosedError, StreamError
from pythonide_client.sign_in import SignedIn


@dataclass
class Transcript:
    """What came of a run's output: every byte once, or a gap that names what is missing."""

    data: bytearray = field(default_factory=bytearray)
    gaps: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    """Offsets from and to, in the order in which they were named."""
    offset: int = 0
    """Where the next byte belongs."""
    ended: bool = False

    def take(self, frame: Frame) -> None:
        """Add a frame of the run's channel. Raises `StreamError` if it does not follow on what is known."""
        if frame.kind is FrameKind.GAP:
            if frame.offset - frame.dropped != self.offset:
                raise StreamError(f"a gap from {frame.offset - frame.dropped}, expected {self.offset}")
            self.gaps.append((self.offset, frame.offset))
            self.offset = frame.offset
        elif frame.kind is FrameKind.OUTPUT:
            if frame.offset != self.offset:
                raise StreamError(f"bytes from {frame.offset}, expected {self.offset}")
            self.data += frame.payload
            self.offset += len(frame.payload)
            self.ended = not frame.payload


async def attached(page: Client, run: str, transcript: Transcript) -> dict[str, Any]:
    """Read a run's output on this connection to its end, from where the transcript stands; return the snapshot of the start."""
    attached = await page.ask("run.attach", run=run, offset=transcript.offset)
    while not transcript.ended:
        message = await page.receive()
        if isinstance(message, Frame) and message.channel == attached["channel"]:
            transcript.take(message)
    return attached["snapshot"]


async def follow(who: SignedIn, run: str, *, client: str, via: str = "", lives: int = 1000) -> Transcript:
    """Read a run's output to its end and connect again whenever the connection is lost, at most `lives` times."""
    transcript = Transcript()
    for _ in range(lives - 1):
        try:
            await _once(who, run, transcript, client, via)
        except ClosedError:
            continue
        return transcript
    await _once(who, run, transcript, client, via)
    return transcript


async def _once(who: SignedIn, run: str, transcript: Transcript, client: str, via: str) -> None:
    async with connected(who, client=client, via=via) as page:
        await attached(page, run, transcript)
