"""Serves: opens everything, says where and to whom, and runs until it is told to stop.

Loaded by `pythonide serve` once the launcher is at work, because loading takes most of a second.
"""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog
import typer
from anyio import create_task_group

from pythonide.adapters.environment_watch import follow
from pythonide.adapters.environments import site_packages
from pythonide.adapters.event_loop import new_event_loop
from pythonide.adapters.known_environments import KnownEnvironments
from pythonide.adapters.sandbox.kept import KeptSandboxes, open_kept_sandboxes
from pythonide.adapters.sandbox.launcher import Launcher
from pythonide.adapters.students_python import StudentsPython
from pythonide.adapters.unprotected import UnprotectedSandboxes
from pythonide.app import logs
from pythonide.app.asgi import make_server
from pythonide.app.first_class import demo_class, own_class
from pythonide.app.lifespan import SYSTEM_CLOCK, WORKSPACES, Ground, Running, open_server
from pythonide.app.settings import Settings
from pythonide.app.start import ENVIRONMENTS, caps
from pythonide.domain.errors import UnavailableError
from pythonide.edge.app import create_app
from pythonide.edge.http.security import Origins
from pythonide.edge.http.static import Page
from pythonide.kit.tasks import bare
from pythonide_sandbox.layers import Tier
from pythonide_sandbox.openings import missing

Links = list[tuple[str, str]]

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Programs:
    """What students' programs run by: who starts launchers, the Python, and the environments there are."""

    keeper: Launcher | None
    python: StudentsPython
    known: KnownEnvironments


def run(
    settings: Settings,
    page: Page,
    listener: socket.socket,
    programs: Programs,
    *,
    as_json: bool,
) -> None:
    """Serve on `listener` until a signal says to stop; raises `DomainError` if it cannot begin."""
    logs.configure(settings.log_level, as_json=settings.log_json)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_serve(settings, page, listener, programs, as_json=as_json))


async def _serve(
    settings: Settings,
    page: Page,
    listener: socket.socket,
    programs: Programs,
    *,
    as_json: bool,
) -> None:
    origins = Origins.of(
        settings.hosts, secure=settings.secure, public=(settings.public_origin,) if settings.public_origin else ()
    )
    async with (
        _sandboxes(settings, programs) as sandboxes,
        open_server(settings, _ground(sandboxes, programs), origins) as running,
    ):
        address = settings.origin(listener.getsockname()[1])
        warn_of_openings(sandboxes.tier)
        links = await _links(settings, running, address)
        server = make_server(
            create_app(running.services, page),
            settings,
            ready=lambda: announce(address, sandboxes.tier, links, as_json=as_json),
            stopping=running.services.node.connections.close_all,
        )
        await server.serve([listener])


def warn_of_openings(tier: Tier) -> None:
    """Write into the log what runs without namespaces leave open: a class is served so, and nobody shall not know."""
    if tier is Tier.LANDLOCK:
        _log.warning("isolation_is_limited", tier=str(tier), missing=missing(tier))


def _ground(sandboxes: KeptSandboxes | UnprotectedSandboxes, programs: Programs) -> Ground:
    room, protected = caps(), sandboxes.tier is not Tier.NONE
    _log.info("room_for_runs", running=room.running_per_node, prompts=room.prompts_per_node)
    return Ground(sandboxes, programs.python.short, protected, room, programs.known.having)


@asynccontextmanager
async def _sandboxes(settings: Settings, programs: Programs) -> AsyncGenerator[KeptSandboxes | UnprotectedSandboxes]:
    """Open the launcher's sandboxes; where the machine has none to give, the one person who asked for it goes without."""
    async with AsyncExitStack() as stack:
        sandboxes, known = None, programs.known
        try:
            if programs.keeper is not None:
                kept = open_kept_sandboxes(programs.keeper, SYSTEM_CLOCK, tuple(known.preload()))
                sandboxes = await stack.enter_async_context(kept)
        except UnavailableError:
            if not settings.single_user:
                raise
        if sandboxes is None:
            folders = {name: settings.data / ENVIRONMENTS / name for name in known.preload()}
            site = {name: site_packages(folder, programs.python).absolute() for name, folder in folders.items()}
            yield UnprotectedSandboxes(settings.data / WORKSPACES, programs.python.program, site)
            return
        stack.enter_context(bare())
        tasks = await stack.enter_async_context(create_task_group())
        stack.callback(tasks.cancel_scope.cancel)
        tasks.start_soon(follow, known, sandboxes, SYSTEM_CLOCK)
        yield sandboxes


async def _links(settings: Settings, running: Running, address: str) -> Links:
    if settings.single_user or settings.demo:
        content = own_class(demo=settings.demo) if settings.single_user else demo_class(settings.demo_students)
        invitations = await running.administration.seed_demo(content)
        return [(f"{item.display_name} ({item.role})", f"{address}/link#{item.token}") for item in invitations]
    token = await running.services.identity.ensure_administrator()
    return [("administrator", f"{address}/set-password#{token}")] if token else []


def announce(address: str, tier: Tier, links: Links, *, as_json: bool) -> None:
    """Say where the server is, whom it lets in, and how far programs are kept apart."""
    if as_json:
        known = [{"name": name, "url": url} for name, url in links]
        typer.echo(json.dumps({"address": address, "tier": tier, "links": known}))
        return
    typer.echo(f"PythonIDE is ready at {address} (isolation: {tier})")
    for name, url in links:
        typer.echo(f"  {name:<32} {url}")
    if links:
        typer.echo("Each link works once.")
    if tier is Tier.LANDLOCK:
        typer.echo(
            f"Programs are kept apart without namespaces (tier C). Missing: {missing(tier)}. “pythonide doctor” says why."
        )
    if tier is Tier.NONE:
        typer.echo(
            "Programs run WITHOUT PROTECTION: what they do, they do as you, to your files. “pythonide doctor” says why."
        )
    typer.echo("Stop the server with Ctrl+C.")
