"""The merger without its process: the same code, called."""

from collections.abc import Sequence

from anyio.lowlevel import checkpoint

from pythonide.adapters.merger import texts
from pythonide.domain.ids import DocumentId
from pythonide.ports import Merged, Rendered, State


class DirectMerger:
    """Implements `Merger`; `forget` is what the death of its process does."""

    def __init__(self) -> None:
        self._memory = texts.Memory()

    def forget(self) -> None:
        self._memory = texts.Memory()

    async def begin(self, text: str) -> bytes:
        await checkpoint()
        return texts.begin(text)

    async def render(self, document: DocumentId, after: int, updates: Sequence[bytes]) -> Rendered | None:
        await checkpoint()
        shown = self._memory.render(document, after, updates)
        return None if shown.text is None else Rendered(shown.text, tuple(shown.unreadable))

    async def merge(self, updates: Sequence[bytes], bases: Sequence[State], text: str) -> Merged:
        await checkpoint()
        led = texts.merge(updates, [(base.count, base.extra) for base in bases], text)
        return Merged(State(*led.base), led.update)
