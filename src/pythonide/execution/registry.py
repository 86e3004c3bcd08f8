"""The runs of a node: live ones, and finished ones whose output can still be read."""

from collections import Counter, OrderedDict

from pythonide.domain.errors import NotFoundError
from pythonide.domain.ids import RunId, WorkspaceId
from pythonide.execution.policy import Caps
from pythonide.execution.request import SlotKey
from pythonide.execution.run import Run
from pythonide.kit.pulse import Pulse

GONE = "There is no such run, or it is no longer kept."
"""Also what those are told who may not know of a run."""


class RunRegistry:
    """Finds runs by id, slot and workspace; finished ones are kept within caps and forgotten, oldest first."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._live: dict[RunId, Run] = {}
        self._finished: OrderedDict[RunId, tuple[float, Run]] = OrderedDict()
        self._pulse = Pulse()

    def add(self, run: Run) -> None:
        """Take in a run that is about to begin."""
        self._live[run.request.run] = run

    def finished(self, run: Run, now: float) -> None:
        """Move a run to those that are over."""
        del self._live[run.request.run]
        self._finished[run.request.run] = (now, run)
        self.forget(now)
        self._pulse.beat()

    def get(self, run: RunId) -> Run | None:
        """Return the run if it is known."""
        live = self._live.get(run)
        return live if live is not None else self._finished.get(run, (0.0, None))[1]

    def find(self, run: RunId) -> Run:
        """Return the run, or raise `NotFoundError`."""
        found = self.get(run)
        if found is None:
            raise NotFoundError(GONE)
        return found

    def live(self) -> list[Run]:
        """Return all runs that are not finished."""
        return list(self._live.values())

    def live_in(self, key: SlotKey) -> list[Run]:
        """Return the runs that hold or want this slot."""
        return [run for run in self._live.values() if run.request.key == key]

    def of_workspace(self, workspace: WorkspaceId) -> list[Run]:
        """Return the workspace's live runs, and of each slot the last one that is over, oldest first."""
        last = {run.request.key: run for _, run in self._finished.values() if run.request.workspace == workspace}
        live = [run for run in self._live.values() if run.request.workspace == workspace]
        busy = {run.request.key for run in live}
        return [run for key, run in last.items() if key not in busy] + live

    async def wait_none_live(self) -> None:
        """Return once every run is finished."""
        while self._live:
            await self._pulse.wait()

    def forget(self, now: float) -> None:
        """Drop finished runs that are too old, or too many: of one person, or of all by number and bytes."""
        of_user = Counter(run.request.user for _, run in self._finished.values())
        kept = sum(run.kept_bytes for _, run in self._finished.values())
        for run_id, (since, run) in list(self._finished.items()):
            user = run.request.user
            too_many = (
                of_user[user] > self._caps.finished_per_user or len(self._finished) > self._caps.finished_per_node
            )
            if too_many or kept > self._caps.finished_bytes or now - since >= self._caps.finished_seconds:
                del self._finished[run_id]
                of_user[user] -= 1
                kept -= run.kept_bytes
