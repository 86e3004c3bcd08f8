"""`python -m benchmarks [--quick | --minutes=N | --pages] [NAME …]`: measure, write the results as JSON, and the pages made from them.

`--quick` takes a minute or two, prints what it finds, and writes nothing; `--minutes` bounds the comparison with peers;
`--pages` makes the pages anew from the results there are.
"""

import sys
from dataclasses import replace

from benchmarks import burst, fair_share, first_output, flood, memory, page_weight, plain_python, previews, start, stop
from benchmarks.pages import write_pages
from benchmarks.scale import FULL, QUICK

ALL = {
    "page-weight": page_weight.measure,
    "plain-python": plain_python.measure,
    "start": start.measure,
    "first-output": first_output.measure,
    "burst": burst.measure,
    "flood": flood.measure,
    "stop": stop.measure,
    "fair-share": fair_share.measure,
    "memory": memory.measure,
    "previews": previews.measure,
}
QUICKLY = ("first-output", "memory")


def main() -> None:
    """Run those that were named, or all."""
    quick = "--quick" in sys.argv[1:]
    if "--pages" in sys.argv[1:]:
        write_pages()
        return
    scale = QUICK if quick else FULL
    for word in sys.argv[1:]:
        if word.startswith("--minutes="):
            scale = replace(scale, minutes=float(word.partition("=")[2]))
    names = [word for word in sys.argv[1:] if not word.startswith("-")]
    for name in names or (QUICKLY if quick else ALL):
        print(name, flush=True)
        report = ALL[name](scale)
        if not quick:
            report.write()
    if not quick:
        write_pages()


if __name__ == "__main__":
    main()
