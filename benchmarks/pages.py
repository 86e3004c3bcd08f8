"""What people read, made from the results: tables and chart of docs/explanation/speed.md, and RESULTS.md with every figure."""

import json
import re

from benchmarks.chart import Bar, chart, spoken
from benchmarks.figures import RESULTS, ROOT, Figure, tables
from benchmarks.programs import COMPARED

PAGE = ROOT / "docs" / "explanation" / "speed.md"
PICTURES = ROOT / "docs" / "pictures"
PART = re.compile(r"<!-- (?P<name>[a-z-]+): made by `make bench` -->\n.*?<!-- end -->", re.DOTALL)
OURS = re.compile(r"^(parked|forked)")
SAID = {
    "print": "print one line",
    "scientific": "import numpy, pandas, pyplot; print",
    "drawing": "pandas, and save a plot",
}
NOT_YET = "Not measured yet: `make bench`.\n"


def write_pages() -> None:
    """Write everything that is made from results, whichever there are."""
    (RESULTS / "RESULTS.md").write_text(tables(RESULTS.glob("*.json")), encoding="utf-8")
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(PART.sub(lambda part: _part(part["name"]), text), encoding="utf-8")


def read(benchmark: str) -> list[Figure]:
    """Return a benchmark's figures; none if it has not been measured."""
    path = RESULTS / f"{benchmark}.json"
    if not path.exists():
        return []
    return [Figure(**figure) for figure in json.loads(path.read_text(encoding="utf-8"))["figures"]]


def _part(name: str) -> str:
    made = _comparison() if name == "first-output" else _plain_table(name)
    return f"<!-- {name}: made by `make bench` -->\n\n{made or NOT_YET}\n<!-- end -->"


def _comparison() -> str:
    figures = {figure.what: figure for figure in read("first-output")}
    columns = sorted(
        {what.partition(": ")[2] for what in figures},
        key=lambda column: (_size(column), list(COMPARED).index(column.split(",")[0])),
    )
    rows = list(dict.fromkeys(what.partition(": ")[0] for what in figures))
    if not rows:
        return ""
    lines = [*_pictures(), f"| | {' | '.join(columns)} |", "|---|" + "---:|" * len(columns)]
    for row in rows:
        cells = [_cell(figures.get(f"{row}: {column}")) for column in columns]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", _circumstances("first-output")])


def _pictures() -> list[str]:
    """Draw what was measured of one program alone, and of the largest class; return the lines that show it."""
    figures, lines = read("first-output"), list[str]()
    for where in ("alone", "60 at once"):
        every = [(f"{SAID[program]}, {where}", _bars(figures, f"{program}, {where}")) for program in COMPARED]
        if groups := [(title, bars) for title, bars in every if bars]:
            name = f"speed-{where.replace(' ', '-')}.svg"
            (PICTURES / name).write_text(chart(f"From Run to the first output, {where}", groups), encoding="utf-8")
            lines += [f"![Time from Run to the first output, {where}](../pictures/{name})", ""]
    return lines


def _size(column: str) -> int:
    return int(column.split(", ")[1].split()[0]) if "at once" in column else 1


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return ""
    ratio = f"<br>{figure.ratio:.3g} ×" if figure.ratio is not None else ""
    return f"{spoken(figure.median)} ({spoken(figure.p95)}){ratio}"


def _plain_table(name: str) -> str:
    figures = read(name)
    if not figures:
        return ""
    lines = ["| | median | p95 | most | beside |", "|---|---:|---:|---:|---|"]
    for figure in figures:
        values = [
            spoken(value) if figure.unit == "ms" else f"{value:.1f} {figure.unit}"
            for value in (figure.median, figure.p95, figure.most)
        ]
        beside = f"{figure.ratio:.2f} × {figure.compared_to}" if figure.ratio is not None else ""
        lines.append(f"| {figure.what} | {' | '.join(values)} | {beside} |")
    return "\n".join([*lines, "", _circumstances(name)])


def _circumstances(name: str) -> str:
    report = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    facts = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in report["circumstances"].items())
    return f"{report['note']}\n\n{facts}.\n"


def _bars(figures: list[Figure], column: str) -> list[Bar]:
    return [
        Bar(who, figure.median, OURS.match(who) is not None)
        for figure in figures
        for who, _, what in [figure.what.partition(": ")]
        if what == column and "page" not in who
    ]
