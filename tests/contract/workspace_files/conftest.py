from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from pythonide.adapters import beneath
from pythonide.adapters.workspace_files import LocalWorkspaceFiles, open_workspace_files
from pythonide.domain.ids import WorkspaceId, new_id

OPENERS = {"openat2": beneath.open_kernel, "by parts": beneath.open_by_parts}


@dataclass(frozen=True)
class Ground:
    """The port on one workspace, and where the disk has it."""

    files: LocalWorkspaceFiles
    workspace: WorkspaceId
    root: Path

    @property
    def folder(self) -> Path:
        return self.root / self.workspace

    def plant(self, texts: Mapping[str, str]) -> None:
        """Put files there as a program would."""
        for name, text in texts.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def seen(self) -> dict[str, str | None]:
        """What lies on the disk: texts of files, `None` for all else."""
        return {
            str(path.relative_to(self.folder)): path.read_text() if path.is_file() else None
            for path in sorted(self.folder.rglob("*"))
        }


@pytest.fixture(params=sorted(OPENERS))
async def ground(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Ground]:
    """One workspace, once with each way of opening files."""
    async with open_workspace_files(tmp_path / "workspaces", opener=OPENERS[request.param]) as files:
        workspace = WorkspaceId(new_id())
        await files.ensure(workspace)
        yield Ground(files, workspace, tmp_path / "workspaces")
