"""The matplotlib backend of students' programs: a figure that is shown goes to the page and is closed.

Installed in every environment as the module `pythonide_plots`. Outside a run's own process (a subprocess, say)
nobody takes figures, and `show` does nothing, as with the backend Agg.
"""

# pyright: basic, reportMissingImports=false
# matplotlib lives in the students' environments, not in the one that is checked.

import io
import sys
from collections.abc import Callable

from matplotlib import pyplot
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

MAX_PNG = 4 * 1024 * 1024
MAX_ALTERNATIVE = 500
MAX_SIDE = 10_000
MAX_PIXELS = 32_000_000
SMALLEST_DPI = 20

send: Callable[[dict[str, object], bytes], None] | None = getattr(
    sys.modules.get("pythonide_sandbox.runner"), "send_plot", None
)
"""Where figures go; the runner sets it again in each process whose figures the page shows."""


class FigureManager(FigureManagerBase):
    """A manager whose `show` sends the figure."""

    def show(self) -> None:
        """Send this figure."""
        send_figure(self.num)

    @classmethod
    def pyplot_show(cls, *, block: bool | None = None) -> None:
        """Send every open figure in order, and close it, as a window that was closed by hand."""
        del block
        send_all()


class FigureCanvas(FigureCanvasAgg):
    """Agg, with a manager that sends."""

    manager_class = FigureManager


def send_all() -> None:
    """Send and close all open figures, in the order of their numbers."""
    if send is None:
        return
    for number in list(Gcf.figs):
        send_figure(number)
        pyplot.close(number)


def send_figure(number: int) -> None:
    """Send the figure as a PNG of bounded size."""
    manager = Gcf.figs.get(number)
    if send is None or manager is None:
        return
    figure = manager.canvas.figure
    across, up = (float(inches) for inches in figure.get_size_inches())
    dpi = min(float(figure.dpi), 200.0, MAX_SIDE / max(across, up), (MAX_PIXELS / (across * up)) ** 0.5)
    while True:
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=dpi)
        png = buffer.getvalue()
        if len(png) <= MAX_PNG or dpi <= SMALLEST_DPI:
            break
        dpi = max(SMALLEST_DPI, dpi / 2)
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    header: dict[str, object] = {
        "type": "plot",
        "width": width,
        "height": height,
        "alternative": describe(figure)[:MAX_ALTERNATIVE],
    }
    send(header, png)


def describe(figure: object) -> str:
    """Return what a person who cannot see the figure should hear first: its titles and axes; empty if it has none."""
    parts: list[str] = []
    suptitle = getattr(figure, "_suptitle", None)
    if suptitle is not None and suptitle.get_text():
        parts.append(suptitle.get_text())
    for axes in getattr(figure, "axes", []):
        words = [axes.get_title()]
        if axes.get_xlabel():
            words.append(f"across: {axes.get_xlabel()}")
        if axes.get_ylabel():
            words.append(f"up: {axes.get_ylabel()}")
        parts.append(", ".join(word for word in words if word))
    return "; ".join(" ".join(part.split()) for part in parts if part)
