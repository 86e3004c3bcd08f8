"""`python -m benchmarks [NAME …]`: measure, write the results as JSON, and the tables into RESULTS.md."""

import sys

from benchmarks import first_output, memory, page_weight, plain_python, start, stop
from benchmarks.figures import RESULTS, tables

ALL = {
    "page-weight": page_weight.measure,
    "plain-python": plain_python.measure,
    "start": start.measure,
    "first-output": first_output.measure,
    "stop": stop.measure,
    "memory": memory.measure,
}


def main() -> None:
    """Run those that were named, or all."""
    for name in sys.argv[1:] or ALL:
        print(name, flush=True)
        ALL[name]().write()
    (RESULTS / "RESULTS.md").write_text(tables(RESULTS.glob("*.json")), encoding="utf-8")


if __name__ == "__main__":
    main()
