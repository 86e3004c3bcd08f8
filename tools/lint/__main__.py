"""`python -m tools.lint [files]`: apply every rule to every Python file of the repository."""

import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tools.lint import failures, places, shape
from tools.lint.engine import Module

RULES = [*failures.RULES, *places.RULES, *shape.RULES]
ROOTS = ("src", "tests", "tools", "benchmarks", "hatch_build.py")
STUDENTS = ("tests/programs/", "tests/hostile/programs/", "tests/differential/programs/")
"""Programs as students write them: real input, not our code."""
EXAMPLES = ("tools/lint/", "tests/tools/")
"""Where the rules' own bad examples lie."""


def modules(root: Path) -> Iterator[Module]:
    """Every Python file that the rules are for."""
    for part in ROOTS:
        top = root / part
        for file in sorted(top.rglob("*.py")) if top.is_dir() else [top] if top.exists() else []:
            module = Module(PurePosixPath(file.relative_to(root)), file.read_text(encoding="utf-8"))
            if not module.within(*STUDENTS, *EXAMPLES):
                yield module


def main() -> int:
    """Print each finding as `path:line: rule: what. Because.`; return 1 if there is one."""
    found = 0
    for module in modules(Path.cwd()):
        for rule in RULES:
            for line, what in rule.check(module):
                found += 1
                print(f"{module.path}:{line}: {rule.name}: {what}. {rule.because}")
    print(f"{len(RULES)} own rules, {found} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
