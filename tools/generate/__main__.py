"""`python -m tools.generate [--check]`: write, or compare, what is made from the protocol."""

import json
import sys
from pathlib import Path

from tools.generate.reference import build_reference
from tools.generate.schema import build_schema

ROOT = Path(__file__).resolve().parents[2]


def outputs() -> dict[Path, str]:
    """Return the text of every generated file, by its path."""
    schema = build_schema()
    return {
        ROOT / "web/src/protocol/schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n",
        ROOT / "docs/reference/wire.md": build_reference(schema),
    }


def stale() -> list[Path]:
    """Return the generated files that are not what they would be made to."""
    return [path for path, text in outputs().items() if not path.exists() or path.read_text("utf-8") != text]


def main() -> int:
    """Write the files; with `--check` only tell which are stale."""
    if "--check" in sys.argv[1:]:
        names = [str(path.relative_to(ROOT)) for path in stale()]
        print("Run `make generate`; stale: " + ", ".join(names) if names else "Generated files are fresh.")
        return 1 if names else 0
    for path, text in outputs().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
