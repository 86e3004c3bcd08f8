"""Output and events reach a page exactly, over a bus that loses, doubles, delays and reorders."""

import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

import pytest
from anyio import create_task_group

from pythonide.adapters.bus import LocalBus
from pythonide.domain.errors import DomainError, ForbiddenError, NotFoundError, UnavailableError
from pythonide.domain.ids import ClientId, RequestId, RunId, UserId, WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.domain.runs import EndReason, RunPhase, RunState
from pythonide.execution.events import RunView
from pythonide.execution.frames import FrameKind
from pythonide.execution.node import RunNode, running_node
from pythonide.features.runs.access import WorkspaceRights
from pythonide.features.runs.feed import RunEventAt, RunFeed
from pythonide.features.runs.model import StartRequest, Who
from pythonide.features.runs.service import RunService
from pythonide.ports import Bus
from tests.fakes.bus import faulty_bus
from tests.fakes.sandboxes import FakeProcess
from tests.fakes.world import ADA, WORKSPACE, FakeWorld

OWNER = Who(ADA, ClientId("1" * 32))
TEACHER = Who(UserId("e" * 32), ClientId("2" * 32))


@dataclass
class Desk:
    """A web node's service before a runner node."""

    world: FakeWorld
    node: RunNode
    service: RunService
    revoked: set[UserId] = field(default_factory=set)

    async def rights(self, user: UserId, workspace: WorkspaceId) -> WorkspaceRights:
        if workspace != WORKSPACE or user not in (ADA, TEACHER.user) or user in self.revoked:
            raise NotFoundError("There is no such workspace.")
        return WorkspaceRights(workspace, ADA, may_run=user == ADA, may_watch=True)


@asynccontextmanager
async def desk(bus: Bus, world: FakeWorld) -> AsyncGenerator[Desk, None]:
    nodes: list[RunNode] = []
    async with running_node(bus, "n1", world.world) as node:
        nodes.append(node)
        made = Desk(world, node, RunService(bus, world.clock, "n1", lambda user, ws: made.rights(user, ws)))
        yield made
        node.supervisor.shut_down()
        await world.clock.advance(60)
    world.assert_empty(nodes[0].supervisor)
    assert (nodes[0].incidents, nodes[0].supervisor.incidents) == (0, 0)


def press_run(file: str, request: str = "r1") -> StartRequest:
    return StartRequest(RequestId(request), WORKSPACE, WorkspacePath.parse(file))


@dataclass
class Reader:
    """A page: collects what a feed hands out, and acknowledges it."""

    feed: RunFeed
    data: bytearray = field(default_factory=bytearray)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    position: int = 0
    ended: bool = False
    events: list[RunEventAt | RunView] = field(default_factory=list)
    events_ended: bool = False
    acks: bool = True

    async def read(self) -> None:
        while not self.ended:
            frame = await self.feed.output.receive()
            match frame.kind:
                case FrameKind.DATA:
                    self.data += frame.payload
                case FrameKind.GAP:
                    self.gaps.append((frame.start, frame.end))
                case FrameKind.END:
                    self.ended = True
            self.position = frame.end
            if self.acks:
                await self.feed.output.ack(frame.end)

    async def watch(self) -> None:
        while (event := await self.feed.events.receive()) is not None:
            self.events.append(event)
        self.events_ended = True


async def chatty(process: FakeProcess) -> None:
    """Prints a megabyte in uneven pieces over some seconds."""
    chance = Random(7)
    for _ in range(100):
        process.print("".join(chance.choices("abcdefgh", k=10_000)))
        await process.sleep(chance.uniform(0, 0.05))


async def insist(desk: Desk, work) -> object:
    """Repeat a request as a web node does when a bus lost it: commands are idempotent."""
    while True:
        try:
            return await work()
        except UnavailableError:
            await desk.world.clock.advance(0.01)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("trouble", [0.0, 0.05, 0.3])
async def test_every_byte_and_event_arrives_once_over_a_faulty_bus(trouble: float, seed: int) -> None:
    world = FakeWorld()
    world.sandboxes.behaviours["chatty.py"] = chatty
    async with faulty_bus(world.clock, trouble=0.0, seed=seed) as bus, desk(bus, world) as at:
        run = await at.service.start(OWNER, press_run("chatty.py"))
        async with at.service.following(OWNER, run, 0) as feed, create_task_group() as group:
            reader = Reader(feed)
            group.start_soon(_patiently, reader.read)
            group.start_soon(_patiently, reader.watch)
            bus.trouble = trouble
            await world.clock.advance(30)
            real = at.node.supervisor.runs.find(run)
            assert real.phase is RunPhase.PROMPT
            real.stop(EndReason.EXITED)
            await world.clock.advance(60)
            bus.trouble = 0.0
            await world.clock.advance(30)
            assert reader.ended
            assert reader.events_ended
            assert not reader.gaps
            kept = real.output.read(real.output.start, real.output.end)
            assert hashlib.sha256(bytes(reader.data)).digest() == hashlib.sha256(kept).digest()
            view = feed.standing.view
            for event in reader.events:
                assert isinstance(event, RunEventAt)
                assert event.seq == view.seq + 1
                view = view.after(event.event)
            assert view == real.events.view, "snapshot + events = fresh snapshot"


async def _patiently(read) -> None:
    """A page that asks again when the node does not answer."""
    while True:
        try:
            return await read()
        except UnavailableError:
            continue


async def burst(process: FakeProcess) -> None:
    for number in range(5 * 1024):
        process.print(f"{number:08}" * 128)


async def test_a_reader_that_sleeps_gets_a_gap_that_names_what_is_missing() -> None:
    world = FakeWorld()
    world.sandboxes.behaviours["burst.py"] = burst
    async with desk(LocalBus(), world) as at:
        run = await at.service.start(OWNER, press_run("burst.py"))
        async with at.service.following(OWNER, run, 0) as feed, create_task_group() as group:
            asleep = Reader(feed, acks=False)
            group.start_soon(asleep.read)
            await world.clock.advance(5)
            assert len(asleep.data) == 256 * 1024, "the window, and no byte more"
            await feed.output.ack(asleep.position)
            asleep.acks = True
            await world.clock.advance(5)
            log = at.node.supervisor.runs.find(run).output
            ((start, end),) = asleep.gaps
            assert asleep.position == log.end == len(asleep.data) + (end - start)
            assert bytes(asleep.data[start:]) == log.read(end, log.end)
            group.cancel_scope.cancel()


async def test_credit_for_what_never_arrived_is_worth_nothing() -> None:
    world = FakeWorld()
    async with desk(LocalBus(), world) as at:
        run = await at.service.start(OWNER, press_run("flood.py"))
        async with at.service.following(OWNER, run, 0) as feed, create_task_group() as group:
            await feed.output.ack(2**40)
            reader = Reader(feed, acks=False)
            group.start_soon(reader.read)
            await world.clock.advance(5)
            assert len(reader.data) == 256 * 1024
            group.cancel_scope.cancel()


async def test_a_page_that_comes_back_goes_on_from_its_offset() -> None:
    world = FakeWorld()
    async with desk(LocalBus(), world) as at:
        run = await at.service.start(OWNER, press_run("hello.py"))
        await world.clock.advance(1)
        async with at.service.following(OWNER, run, 3) as feed:
            frame = await feed.output.receive()
            assert (frame.start, frame.payload) == (3, b"lo\r\n>>> ")


async def test_typing_twice_is_typed_once_and_a_hole_is_refused() -> None:
    world = FakeWorld()
    async with desk(LocalBus(), world) as at:
        run = await at.service.start(OWNER, press_run("echo.py"))
        await world.clock.advance(1)
        assert await at.service.type(OWNER, run, 0, b"ab") == 2
        assert await at.service.type(OWNER, run, 0, b"ab") == 2
        assert await at.service.type(OWNER, run, 1, b"bc\n") == 4
        with pytest.raises(DomainError) as refused:
            await at.service.type(OWNER, run, 9, b"x")
        assert refused.value.details["expected"] == 4
        await world.clock.advance(1)
        standing = await at.service.standing(OWNER, run)
        assert standing.input_offset == 4
        real = at.node.supervisor.runs.find(run)
        assert b"got abc\r\n" in real.output.read(0, real.output.end)


async def test_typing_is_bounded_and_ends_with_the_run() -> None:
    """Row 12: what was typed to a program that is gone is kept nowhere."""
    world = FakeWorld()
    async with desk(LocalBus(), world) as at:
        run = await at.service.start(OWNER, press_run("deaf.py"))
        real = at.node.supervisor.runs.find(run)
        taken = await at.service.type(OWNER, run, 0, b"x" * 1_000_000)
        assert taken == 64 * 1024
        real.stop(EndReason.STOPPED_BY_USER)
        await world.clock.advance(1)
        assert await at.service.type(OWNER, run, taken, b"y" * 1000) == taken + 1000
        assert len(real.input) == 0


async def test_a_request_sent_twice_starts_one_run_and_another_body_is_refused() -> None:
    world = FakeWorld()
    async with desk(LocalBus(), world) as at:
        first = await at.service.start(OWNER, press_run("hello.py"))
        assert await at.service.start(OWNER, press_run("hello.py")) == first
        assert await at.service.start(Who(ADA, ClientId("3" * 32)), press_run("hello.py")) != first
        with pytest.raises(DomainError, match="something else"):
            await at.service.start(OWNER, press_run("echo.py"))


async def test_staff_watch_and_do_nothing_else() -> None:
    world = FakeWorld()
    async with desk(LocalBus(), world) as at:
        run = await at.service.start(OWNER, press_run("hello.py"))
        await world.clock.advance(1)
        assert [standing.view.run for standing in await at.service.of_workspace(TEACHER, WORKSPACE)] == [run]
        async with at.service.following(TEACHER, run, 0) as feed:
            assert (await feed.output.receive()).payload == b"hello\r\n>>> "
        for attempt in (
            at.service.start(TEACHER, press_run("hello.py")),
            at.service.stop(TEACHER, run),
            at.service.type(TEACHER, run, 0, b"x"),
            at.service.resize(TEACHER, run, 90, 30),
            at.service.extend(TEACHER, run),
        ):
            with pytest.raises(ForbiddenError):
                await attempt


async def test_a_stranger_finds_nothing_and_a_revoked_right_ends_an_open_feed() -> None:
    world = FakeWorld()
    async with desk(LocalBus(), world) as at:
        run = await at.service.start(OWNER, press_run("hello.py"))
        await world.clock.advance(1)
        stranger = Who(UserId("f" * 32), ClientId("4" * 32))
        with pytest.raises(NotFoundError):
            await at.service.standing(stranger, run)
        with pytest.raises(NotFoundError):
            await at.service.standing(OWNER, RunId("0" * 32))
        async with at.service.following(TEACHER, run, 0) as feed:
            await feed.output.receive()
            at.revoked.add(TEACHER.user)
            at.node.supervisor.runs.find(run).output.append(b"more")
            await world.clock.advance(3)
            with pytest.raises(NotFoundError):
                await feed.output.receive()


async def test_presence_ends_with_the_connection_and_new_runs_are_announced() -> None:
    world = FakeWorld()
    opened: list[RunId] = []

    async def note(standing) -> None:
        opened.append(standing.view.run)

    async with desk(LocalBus(), world) as at, at.service.opened(WORKSPACE, note):
        async with at.service.present(OWNER):
            run = await at.service.start(OWNER, press_run("echo.py"))
            await world.clock.advance(1000)
            assert at.node.supervisor.runs.find(run).state is RunState.RUNNING
        await world.clock.advance(700)
        outcome = at.node.supervisor.runs.find(run).events.view.outcome
        assert outcome is not None
        assert outcome.reason is EndReason.ABANDONED
        assert opened == [run]


async def test_a_bug_in_a_command_is_answered_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """Rows 3 and 15: nobody waits for ever for an answer."""
    world = FakeWorld()
    async with desk(LocalBus(), world) as at:
        run = await at.service.start(OWNER, press_run("hello.py"))
        real = at.node.supervisor.runs.find(run)
        setattr(real, "extend", None)  # noqa: B010 - a planted bug, which the types would not let through
        with pytest.raises(DomainError, match="our side"):
            await at.service.extend(OWNER, run)
        assert [record.message for record in caplog.records] == ["incident"]
        assert at.node.incidents == 1
        at.node.incidents = 0
