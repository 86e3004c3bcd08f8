"""A chart of times as SVG: one bar a row, on a scale of powers of ten, in the colours of whoever looks at it (light or dark)."""

import math
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH = 780
LABELS = 284
VALUES = 74
ROW = 22
TITLE = 34
STYLE = """\
text { font: 13px system-ui, sans-serif; fill: #24292f; } .head { font-weight: 600; } .axis { font-size: 11px; fill: #57606a; }
.line { stroke: #d0d7de; } .ours { fill: #0969da; } .peer { fill: #8c959f; } .back { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .axis { fill: #9198a1; } .line { stroke: #3d444d; } .ours { fill: #4493f8; } .peer { fill: #6e7681; } .back { fill: #0d1117; }
}"""


@dataclass(frozen=True)
class Bar:
    """One row: who, and how many milliseconds."""

    name: str
    milliseconds: float
    ours: bool


def chart(title: str, groups: list[tuple[str, list[Bar]]]) -> str:
    """Return the picture. Its title and description say the same in words."""
    every = [bar.milliseconds for _, bars in groups for bar in bars]
    low, high = math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)))
    room = WIDTH - LABELS - VALUES

    def right(milliseconds: float) -> float:
        return LABELS + room * (math.log10(milliseconds) - low) / max(1, high - low)

    parts, y = list[str](), 8.0
    for group, bars in groups:
        y += TITLE
        parts.append(f'<text class="head" x="8" y="{y - 10:.0f}">{escape(group)}</text>')
        for bar in bars:
            middle = y + ROW / 2
            parts.append(f'<text x="{LABELS - 8}" y="{middle + 4:.0f}" text-anchor="end">{escape(bar.name)}</text>')
            length = max(2.0, right(bar.milliseconds) - LABELS)
            kind = "ours" if bar.ours else "peer"
            parts.append(
                f'<rect class="{kind}" x="{LABELS}" y="{y + 4:.0f}" width="{length:.1f}" height="{ROW - 8}" rx="2"/>'
            )
            parts.append(f'<text x="{LABELS + length + 6:.1f}" y="{middle + 4:.0f}">{spoken(bar.milliseconds)}</text>')
            y += ROW
    lines: list[str] = []
    for power in range(low, high + 1):
        x = right(10.0**power)
        lines.append(f'<line class="line" x1="{x:.1f}" x2="{x:.1f}" y1="12" y2="{y + 4:.0f}"/>')
        lines.append(
            f'<text class="axis" x="{x:.1f}" y="{y + 20:.0f}" text-anchor="middle">{spoken(10.0**power)}</text>'
        )
    words = "; ".join(
        f"{group}: " + ", ".join(f"{bar.name} {spoken(bar.milliseconds)}" for bar in bars) for group, bars in groups
    )
    height = y + 30
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" height="{height:.0f}" role="img" '
        f'aria-labelledby="title words">\n<title id="title">{escape(title)}</title>\n<desc id="words">{escape(words)}</desc>\n'
        f'<style>{STYLE}</style>\n<rect class="back" width="{WIDTH}" height="{height:.0f}" rx="6"/>\n'
        + "\n".join([*lines, *parts])
        + "\n</svg>\n"
    )


def spoken(milliseconds: float) -> str:
    """Return a time as people say it."""
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.3g} s"
    return f"{milliseconds:.0f} ms" if milliseconds >= 10 else f"{milliseconds:.2g} ms"
