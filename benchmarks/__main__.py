"""`python -m benchmarks [--quick] [NAME …]`: measure, write the results as JSON, and the pages made from them.

`--quick` takes a minute or two, prints what it finds, and writes nothing.
"""

import sys

from benchmarks import burst, first_output, flood, memory, page_weight, plain_python, start, stop
from benchmarks.figures import RESULTS, tables
from benchmarks.scale import FULL, QUICK

ALL = {
    "page-weight": page_weight.measure,
    "plain-python": plain_python.measure,
    "start": start.measure,
    "first-output": first_output.measure,
    "burst": burst.measure,
    "flood": flood.measure,
    "stop": stop.measure,
    "memory": memory.measure,
}
QUICKLY = ("first-output", "memory")


def main() -> None:
    """Run those that were named, or all."""
    quick = "--quick" in sys.argv[1:]
    names = [word for word in sys.argv[1:] if not word.startswith("-")]
    for name in names or (QUICKLY if quick else ALL):
        print(name, flush=True)
        report = ALL[name](QUICK if quick else FULL)
        if not quick:
            report.write()
    if not quick:
        (RESULTS / "RESULTS.md").write_text(tables(RESULTS.glob("*.json")), encoding="utf-8")


if __name__ == "__main__":
    main()
