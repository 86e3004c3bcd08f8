"""What a browser must fetch until the editor can be used, by the built files: each in its brotli form."""

import json
import re
from pathlib import Path

from benchmarks.figures import Report
from benchmarks.scale import FULL, Scale

WEB = Path(__file__).parents[1] / "src" / "pythonide" / "web"
FIRST = re.compile(r"^(index|IdePage|codemirror)-|^atkinson.*woff2$")
"""Where the first page begins, and its fonts; what its chunks import comes too, the terminal and all else later."""
IMPORTED = re.compile(r"(?:from|import)\s*[\"']\./([^\"']+\.js)[\"']")


def wire_size(asset: Path) -> int:
    """Return the bytes that travel: the compressed twin's, where there is one."""
    twin = asset.with_name(asset.name + ".br")
    return (twin if twin.exists() else asset).stat().st_size


def measure(_: Scale) -> Report:
    """Weigh the first page and the terminal's chunk."""
    report = Report(
        "page-weight", "Bytes on the wire (brotli), from the built page. Bars: first page 300 kB, terminal 80 kB."
    )
    assets = [path for path in (WEB / "assets").iterdir() if path.suffix in {".js", ".css", ".woff2"}]
    needed = {path for path in assets if FIRST.search(path.name)}
    while more := _imported(needed) - needed:
        needed |= more
    first = sum(wire_size(path) for path in needed) + wire_size(WEB / "index.html")
    report.add("first page until editable", [first / 1000], unit="kB")
    report.add("terminal, lazy", [sum(wire_size(path) for path in assets if "xterm" in path.name) / 1000], unit="kB")
    return report


def _imported(chunks: set[Path]) -> set[Path]:
    scripts = [path for path in chunks if path.suffix == ".js"]
    return {path.with_name(name) for path in scripts for name in IMPORTED.findall(path.read_text(encoding="utf-8"))}


if __name__ == "__main__":
    print(json.dumps([figure.median for figure in measure(FULL).figures]))
