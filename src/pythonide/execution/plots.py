"""A run's figures: the last ones, within bounds."""

from collections import OrderedDict

from pythonide.domain.errors import NotFoundError
from pythonide.execution.events import MAX_PLOTS, PlotAdded
from pythonide.ports import Plot

MAX_BYTES = 32 * 1024 * 1024


class PlotShelf:
    """Keeps the last figures, at most `most` and `room` bytes; numbers are never used again."""

    def __init__(self, most: int = MAX_PLOTS, room: int = MAX_BYTES) -> None:
        self._most = most
        self._room = room
        self._pngs: OrderedDict[int, bytes] = OrderedDict()
        self._bytes = 0
        self._count = 0

    def add(self, plot: Plot) -> PlotAdded:
        """Keep the figure, drop the oldest ones it displaces, and return the event that announces it."""
        self._count += 1
        self._pngs[self._count] = plot.png
        self._bytes += len(plot.png)
        while len(self._pngs) > 1 and (len(self._pngs) > self._most or self._bytes > self._room):
            _, dropped = self._pngs.popitem(last=False)
            self._bytes -= len(dropped)
        return PlotAdded(self._count, plot.width, plot.height, plot.alternative)

    @property
    def kept_bytes(self) -> int:
        """How much is kept."""
        return self._bytes

    def png(self, number: int) -> bytes:
        """Return the picture, or raise `NotFoundError` if it is no longer kept."""
        png = self._pngs.get(number)
        if png is None:
            raise NotFoundError("This figure is no longer kept.", number=number)
        return png
