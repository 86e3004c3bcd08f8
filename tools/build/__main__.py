"""`python -m tools.build`: build the page, if its sources changed."""

import sys
from pathlib import Path

from tools import node
from tools.build.page import BuildError, build, is_stale


def main() -> int:
    """Build if need be; return 1 with a sentence if it fails."""
    root = Path(__file__).parents[2]
    if not is_stale(root):
        return 0
    print("Building the page (about a minute the first time) …", flush=True)
    try:
        build(root, node.programs())
    except BuildError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
