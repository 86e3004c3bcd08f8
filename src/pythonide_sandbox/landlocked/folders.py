"""The folders of a run at tier C: plain descriptors, where other tiers have mounts."""

from pythonide_sandbox.trees import Trees


class Folders(Trees):
    """Hands out the folders themselves; what a run may do in them is for Landlock to say."""

    def __init__(self, workspaces: str, owner: tuple[int, int]) -> None:
        super().__init__(workspaces, owner, mapped=False)

    def open(self, workspace: str, host_uid: int, *, read_only: bool) -> int:
        """Return the folder of one workspace. Raises `FileNotFoundError`."""
        return self.folder(workspace)
