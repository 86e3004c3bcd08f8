"""A runner node: its supervisor, and the subjects on which web nodes reach it."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import assert_never

import msgspec
from anyio import CancelScope, create_task_group
from anyio.abc import TaskGroup

from pythonide.domain.errors import DomainError, ErrorCode, LimitReachedError
from pythonide.domain.ids import ClientId
from pythonide.execution.channel import Outlet
from pythonide.execution.commands import (
    Answer,
    Attach,
    Describe,
    Detach,
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
    ack_subject,
    command_subject,
    decode_command,
    down_subject,
    encode,
    opened_subject,
)
from pythonide.execution.run import Run
from pythonide.execution.supervisor import Supervisor, World, supervising
from pythonide.kit.tasks import bare
from pythonide.ports import Bus

log = logging.getLogger(__name__)

OUTPUT_WINDOW = 256 * 1024
EVENT_WINDOW = 256
READER_SILENCE = 60.0
"""Seconds; a reader that is still there asks again every few."""
MAX_READERS = 4000

NOBODY = ClientId("")


class RunNode:
    """Answers commands about this node's runs and feeds the readers of their streams."""

    def __init__(self, bus: Bus, name: str, supervisor: Supervisor, world: World, group: TaskGroup) -> None:
        self.supervisor = supervisor
        self.name = name
        self.incidents = 0
        self._bus = bus
        self._clock = world.clock
        self._group = group
        self._readers: dict[str, tuple[Outlet, CancelScope]] = {}

    async def answer(self, data: bytes) -> bytes:
        """Answer one command: with its result, a refusal, or the id of an incident; never with silence."""
        try:
            answer = Answer(result=encode(self._handle(decode_command(data))))
        except DomainError as refusal:
            answer = Answer(code=refusal.code, message=refusal.message, details=dict(refusal.details))
        except msgspec.ValidationError as error:
            answer = Answer(code=ErrorCode.BAD_REQUEST, message=str(error))
        except Exception:  # a bug in one command is answered and logged; the node goes on
            self.incidents += 1
            log.exception("incident", extra={"node": self.name})
            answer = Answer(code=ErrorCode.INTERNAL, message="Something went wrong on our side.")
        return encode(answer)

    def _handle(self, command: NodeCommand) -> object:
        match command:
            case Start():
                return self.supervisor.start(command.request).request.run
            case Attach():
                return self._attach(command)
            case Detach():
                return self._detach(command.reader)
            case Present():
                change = self.supervisor.came if command.present else self.supervisor.left
                return change(command.user, command.client)
            case ListRuns():
                return [standing(run, command.client) for run in self.supervisor.runs.of_workspace(command.workspace)]
            case _:
                return self._handle_run(self.supervisor.runs.find(command.run), command)

    @staticmethod
    def _handle_run(run: Run, command: PressStop | Extend | Resize | Type | Describe | FetchPlot) -> object:
        match command:
            case PressStop():
                return run.press_stop()
            case Extend():
                return run.extend()
            case Resize():
                return run.resize(command.columns, command.rows)
            case Type():
                return run.type(command.client, command.offset, command.data)
            case Describe():
                return standing(run, command.client)
            case FetchPlot():
                return run.plots.png(command.number)
            case _:
                assert_never(command)

    def _attach(self, command: Attach) -> None:
        known = self._readers.get(command.reader)
        if known is not None:
            known[0].attach(command.position, command.acked)
            return
        if len(self._readers) >= MAX_READERS:
            raise LimitReachedError("Too many pages follow programs on this machine.")
        run = self.supervisor.runs.find(command.run)
        output = command.stream == "output"
        outlet = Outlet(run.output if output else run.events, OUTPUT_WINDOW if output else EVENT_WINDOW, self._clock)
        outlet.attach(command.position, command.acked)
        scope = CancelScope()
        self._readers[command.reader] = (outlet, scope)
        self._group.start_soon(self._pump, command, outlet, scope)

    def _detach(self, reader: str) -> None:
        known = self._readers.pop(reader, None)
        if known is not None:
            known[1].cancel()

    async def _pump(self, command: Attach, outlet: Outlet, scope: CancelScope) -> None:
        async def ack(data: bytes) -> None:
            outlet.ack(msgspec.msgpack.decode(data, type=int))

        send = partial(self._bus.publish, down_subject(self.name, command.run, command.reader))
        try:
            with scope:
                async with self._bus.subscribed(ack_subject(self.name, command.reader), ack):
                    await outlet.pump(send)
        except Exception:  # a stream that breaks is asked for again by its reader; the node goes on
            self.incidents += 1
            log.exception("incident", extra={"incident": command.run, "reader": command.reader})
        finally:
            self._readers.pop(command.reader, None)

    async def forget_silent(self) -> None:
        """Detach readers that no longer ask, for ever."""
        while True:
            await self._clock.sleep_until(self._clock.monotonic() + READER_SILENCE / 4)
            oldest = self._clock.monotonic() - READER_SILENCE
            for reader, (outlet, _) in list(self._readers.items()):
                if outlet.heard_at < oldest:
                    self._detach(reader)


def standing(run: Run, client: ClientId) -> RunStanding:
    """Return how the run stands, for this client."""
    return RunStanding(
        view=run.view_now(),
        output_start=run.output.start,
        output_end=run.output.end,
        input_offset=run.input.expected(client),
    )


@asynccontextmanager
async def running_node(bus: Bus, name: str, world: World) -> AsyncGenerator[RunNode, None]:
    """Run a node while the block is open; leaving it stops all runs, and readers still get the end of their streams."""

    async def announce(run: Run) -> None:
        await bus.publish(opened_subject(run.request.workspace), encode(standing(run, NOBODY)))

    with bare():
        async with create_task_group() as group:
            async with supervising(replace(world, announce=announce)) as supervisor:
                node = RunNode(bus, name, supervisor, world, group)
                group.start_soon(node.forget_silent)
                async with bus.subscribed(command_subject(name), node.answer):
                    yield node
            group.cancel_scope.cancel()
