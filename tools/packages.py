"""`python -m tools.packages`: write the table of packages in ARCHITECTURE.md anew from their docstrings."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
SKIP = {"content", "versions"}
TABLE = re.compile(r"(?<=\|---\|---\|\n)(PACKAGES\n|(\| `pythonide[\w.]*` \|.*\n)+)")


def rows() -> str:
    """Return one row per package, in the order of their names."""
    lines: list[str] = []
    for init in sorted((ROOT / "src").rglob("__init__.py")):
        parts = init.parent.relative_to(ROOT / "src").parts
        if not SKIP & set(parts):
            docstring = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""
            lines.append(f"| `{'.'.join(parts)}` | {docstring.partition(chr(10))[0]} |\n")
    return "".join(lines)


def main() -> None:
    """Replace the table."""
    document = ROOT / "ARCHITECTURE.md"
    document.write_text(TABLE.sub(lambda _: rows(), document.read_text(encoding="utf-8"), count=1), encoding="utf-8")


if __name__ == "__main__":
    main()
