"""What a run's own process says on its channel: checked, limited in size and rate, and dropped where it is wrong."""

import struct

from pythonide.domain.runs import Limit
from pythonide.ports import NetworkNeeded, Plot, ProcessEvent, ScriptEnded
from pythonide_sandbox.wire import Frame, FrameDecoder, Header, WireError

MAX_PNG = 4 * 1024 * 1024
_LIMITS = {
    limit.value: limit for limit in (Limit.MEMORY, Limit.PROCESSES, Limit.OPEN_FILES, Limit.FILE_SIZE, Limit.TMP)
}
"""What a program may say of its own end; for display only."""
MAX_TEXT = 2000
MAX_MODULE = 80
MAX_SIDE = 10_000
MAX_PIXELS = 32_000_000
"""A picture of one colour is small however large it is; a browser unpacks it to four bytes for each pixel."""
_BURST, _PER_SECOND = 60.0, 20.0
_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


class ChannelReader:
    """Turns hostile bytes into events. `dropped` counts frames that were malformed or too many.

    `begun`: the runner has read the script; it says so before the first line of it runs.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self.begun = False
        self._decoder = FrameDecoder()
        self._tokens = _BURST
        self._at: float | None = None

    def feed(self, data: bytes, now: float) -> list[ProcessEvent] | None:
        """Return the events in `data`; `None` if the stream is broken and must not be read on."""
        try:
            frames = self._decoder.feed(data)
        except WireError:
            return None
        events: list[ProcessEvent] = []
        for frame in frames:
            if not self.begun and frame.header.get("type") == "begun":
                self.begun = True
                continue
            event = _event(frame) if self._may(now) else None
            if event is None:
                self.dropped += 1
            else:
                events.append(event)
        return events

    def _may(self, now: float) -> bool:
        passed = 0.0 if self._at is None else now - self._at
        self._at = now
        self._tokens = min(_BURST, self._tokens + passed * _PER_SECOND)
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def _event(frame: Frame) -> ProcessEvent | None:
    match frame.header.get("type"):
        case "script_ended":
            return _script_ended(frame.header)
        case "plot":
            return _plot(frame.header, frame.body)
        case "network":
            return NetworkNeeded()
        case _:
            return None


def _script_ended(header: Header) -> ScriptEnded | None:
    code, line = header.get("exit_code"), header.get("line")
    if not _whole(code, -(1 << 31), 1 << 31):
        return None
    return ScriptEnded(
        int(str(code)),
        _text(header.get("error")),
        int(str(line)) if _whole(line, 1, 1 << 31) else None,
        _text(header.get("file")),
        _module(header.get("missing")),
        _LIMITS.get(str(header.get("limit"))),
    )


def _plot(header: Header, png: bytes) -> Plot | None:
    if not len(_PNG) + 8 <= len(png) <= MAX_PNG or not png.startswith(_PNG):
        return None
    width, height = struct.unpack_from(">II", png, len(_PNG))
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        return None
    return Plot(png, width, height, _text(header.get("alternative")) or "")


def _whole(value: object, least: int, beyond: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value < beyond


def _module(value: object) -> str | None:
    """Take what can stand behind `import`, and nothing that could be taken for words of ours."""
    if not isinstance(value, str) or len(value) > MAX_MODULE or not value.isidentifier():
        return None
    return value


def _text(value: object) -> str | None:
    return value[:MAX_TEXT] if isinstance(value, str) else None
