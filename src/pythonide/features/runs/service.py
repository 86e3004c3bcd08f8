"""What a page can do with runs: start, stop, type, follow. It reaches the node that runs them over the bus only."""

from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgspec
from anyio import CancelScope, create_task_group

from pythonide.domain.errors import DomainError, NotFoundError
from pythonide.domain.ids import RunId, WorkspaceId
from pythonide.execution.commands import (
    Describe,
    Extend,
    FetchPlot,
    ListRuns,
    NodeCommand,
    Present,
    PressStop,
    Resize,
    RunStanding,
    Start,
    Type,
    ask_node,
    opened_subject,
)
from pythonide.execution.presence import LEASE
from pythonide.execution.registry import GONE
from pythonide.execution.request import RunRequest
from pythonide.features.runs.access import RightsOf, RunAccess
from pythonide.features.runs.feed import RunFeed, open_feed
from pythonide.features.runs.model import StartRequest, Who, run_id_for
from pythonide.kit.tasks import bare
from pythonide.ports import Bus, Clock

KNOWN_RUNS = 10_000
"""Of how many runs it is remembered to which workspace they belong; others are asked for again."""

_standing = msgspec.msgpack.Decoder(RunStanding).decode
_standings = msgspec.msgpack.Decoder(list[RunStanding]).decode


class RunService:
    """Use cases of runs. Every call decides rights anew; every refusal is a `DomainError`."""

    def __init__(self, bus: Bus, clock: Clock, node: str, rights: RightsOf) -> None:
        self._bus = bus
        self._clock = clock
        self._node = node
        self._access = RunAccess(rights)
        self._workspaces: OrderedDict[RunId, WorkspaceId] = OrderedDict()

    async def start(self, who: Who, asked: StartRequest) -> RunId:
        """Admit a run as the workspace's owner and return its id; sent again, the same request gets the same id."""
        grant = await self._access.to_run(who.user, asked.workspace)
        request = RunRequest(
            run=run_id_for(who, asked.request),
            user=grant.owner,
            workspace=asked.workspace,
            slot=asked.path,
            file=asked.path,
            arguments=asked.arguments,
            seen=dict(asked.seen),
            columns=asked.columns,
            rows=asked.rows,
            policy=grant.rights.policy,
            course_folders=grant.rights.course_folders,
            fingerprint=asked.fingerprint(),
        )
        await self._ask(Start(request=request))
        self._remember(request.run, request.workspace)
        return request.run

    async def stop(self, who: Who, run: RunId) -> None:
        """Interrupt, and kill if that does not help within a second; a second press kills at once."""
        await self._may_control(who, run)
        await self._ask(PressStop(run=run))

    async def extend(self, who: Who, run: RunId) -> None:
        """Keep an idle run for another full idle time."""
        await self._may_control(who, run)
        await self._ask(Extend(run=run))

    async def resize(self, who: Who, run: RunId, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        await self._may_control(who, run)
        await self._ask(Resize(run=run, columns=columns, rows=rows))

    async def type(self, who: Who, run: RunId, offset: int, data: bytes) -> int:
        """Type into the terminal and return the offset to go on from; less than all may have been taken.

        Bytes sent twice are typed once. Raises with code `out_of_order` if earlier ones are missing.
        """
        await self._may_control(who, run)
        taken = await self._ask(Type(run=run, client=who.client, offset=offset, data=data))
        return msgspec.msgpack.decode(taken, type=int)

    async def plot(self, who: Who, run: RunId, number: int) -> bytes:
        """Return a figure as PNG, or raise `NotFoundError` if it is no longer kept."""
        await self._may_watch(who, run)
        return msgspec.msgpack.decode(await self._ask(FetchPlot(run=run, number=number)), type=bytes)

    async def standing(self, who: Who, run: RunId) -> RunStanding:
        """Return how the run stands."""
        await self._may_watch(who, run)
        return await self._describe(who, run)

    async def of_workspace(self, who: Who, workspace: WorkspaceId) -> list[RunStanding]:
        """Return the workspace's live runs, and of each other slot the last one that is over."""
        await self._access.to_watch(who.user, workspace)
        return _standings(await self._ask(ListRuns(workspace=workspace, client=who.client)))

    @asynccontextmanager
    async def following(self, who: Who, run: RunId, offset: int) -> AsyncGenerator[RunFeed, None]:
        """Follow a run while the block is open: its output from `offset` on, and its events."""

        async def still_may() -> None:
            await self._may_watch(who, run)

        await still_may()
        standing = await self._describe(who, run)
        async with open_feed(self._bus, self._clock, self._node, standing, offset, still_may) as feed:
            yield feed

    @asynccontextmanager
    async def present(self, who: Who) -> AsyncGenerator[None, None]:
        """Tell the nodes that this page is open while the block is; after the last one, runs are orphans."""

        async def renew() -> None:
            while True:
                try:
                    await self._ask(Present(user=who.user, client=who.client, present=True))
                except DomainError:  # a node that does not answer now is told in the next round
                    pass
                await self._clock.sleep_until(self._clock.monotonic() + LEASE / 3)

        try:
            with bare():
                async with create_task_group() as group:
                    group.start_soon(renew)
                    yield
                    group.cancel_scope.cancel()
        finally:
            with CancelScope(shield=True):
                try:
                    await self._ask(Present(user=who.user, client=who.client, present=False))
                except DomainError:  # its lease lapses
                    pass

    @asynccontextmanager
    async def opened(
        self, workspace: WorkspaceId, handler: Callable[[RunStanding], Awaitable[None]]
    ) -> AsyncGenerator[None, None]:
        """Call `handler` for each run admitted in the workspace while the block is open. The caller has decided rights."""

        async def decode(data: bytes) -> None:
            await handler(_standing(data))

        async with self._bus.subscribed(opened_subject(workspace), decode):
            yield

    async def _may_control(self, who: Who, run: RunId) -> None:
        await self._decided(self._access.to_run(who.user, await self._workspace_of(who, run)))

    async def _may_watch(self, who: Who, run: RunId) -> None:
        await self._decided(self._access.to_watch(who.user, await self._workspace_of(who, run)))

    @staticmethod
    async def _decided(decision: Awaitable[object]) -> None:
        try:
            await decision
        except NotFoundError:  # in the words for a run that is not there: who may not see it learns nothing
            raise NotFoundError(GONE) from None

    async def _workspace_of(self, who: Who, run: RunId) -> WorkspaceId:
        known = self._workspaces.get(run)
        if known is None:
            known = (await self._describe(who, run)).view.workspace
            self._remember(run, known)
        return known

    async def _describe(self, who: Who, run: RunId) -> RunStanding:
        return _standing(await self._ask(Describe(run=run, client=who.client)))

    def _remember(self, run: RunId, workspace: WorkspaceId) -> None:
        self._workspaces[run] = workspace
        if len(self._workspaces) > KNOWN_RUNS:
            self._workspaces.popitem(last=False)

    async def _ask(self, command: NodeCommand) -> bytes:
        return await ask_node(self._bus, self._node, command)
