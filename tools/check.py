"""`python -m tools.check [--fix]`: everything that can be checked without running the program, one line each."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tools import node

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Check:
    """One tool: what it looks at, and how it is called."""

    name: str
    command: list[str]
    folder: Path = ROOT


def python(*words: str) -> list[str]:
    """Return a command line for a tool of the virtual environment."""
    return [str(BIN / words[0]), *words[1:]]


CHECKS = [
    Check("lint", python("ruff", "check", "--quiet", ".")),
    Check("format", python("ruff", "format", "--check", "--quiet", ".")),
    Check("own rules", python("python", "-m", "tools.lint")),
    Check("layers", python("lint-imports", "--no-logo")),
    Check("types", python("pyright")),
    Check("generated files", python("python", "-m", "tools.generate", "--check")),
    Check("page: lint", node.command(["npm", "run", "--silent", "lint"]), ROOT / "web"),
    Check("page: types", node.command(["npm", "run", "--silent", "types"]), ROOT / "web"),
]

FIXES = [
    Check("format", python("ruff", "format", "--quiet", ".")),
    Check("lint", python("ruff", "check", "--quiet", "--fix", ".")),
    Check("page", node.command(["npm", "run", "--silent", "fix"]), ROOT / "web"),
]


def passes(check: Check) -> bool:
    """Run one check; print its verdict, and its output only if it fails."""
    start = time.perf_counter()
    done = subprocess.run(
        check.command,
        cwd=check.folder,
        env=node.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    ok = done.returncode == 0
    print(f"{'ok    ' if ok else 'FAILED'} {check.name} ({time.perf_counter() - start:.1f} s)", flush=True)
    if not ok:
        print(done.stdout.decode(errors="replace"), flush=True)
    return ok


def run(checks: list[Check]) -> int:
    """Run all of them, whichever fails; return 1 if one did."""
    verdicts = [passes(check) for check in checks]
    return 0 if all(verdicts) else 1


def main() -> int:
    """Check, or repair with `--fix`."""
    return run(FIXES if "--fix" in sys.argv[1:] else CHECKS)


if __name__ == "__main__":
    sys.exit(main())
