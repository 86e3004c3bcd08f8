"""Serves: opens everything, says where and to whom, and runs until it is told to stop.

Loaded by `pythonide serve` once the launcher is at work, because loading takes most of a second.
"""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import typer

from pythonide.adapters.environments import site_packages
from pythonide.adapters.event_loop import new_event_loop
from pythonide.adapters.sandbox.client import SandboxService, open_sandboxes
from pythonide.adapters.sandbox.launcher import ENVIRONMENT_NAMES, Launcher
from pythonide.adapters.students_python import StudentsPython
from pythonide.adapters.unprotected import UnprotectedSandboxes
from pythonide.app import logs
from pythonide.app.asgi import make_server
from pythonide.app.first_class import demo_class, own_class
from pythonide.app.lifespan import WORKSPACES, Running, open_server
from pythonide.app.settings import Settings
from pythonide.app.start import ENVIRONMENTS
from pythonide.domain.errors import UnavailableError
from pythonide.edge.app import create_app
from pythonide.edge.http.security import Origins
from pythonide.edge.http.static import Page
from pythonide_sandbox.layers import Tier

Links = list[tuple[str, str]]


def run(
    settings: Settings,
    page: Page,
    listener: socket.socket,
    launcher: Launcher | None,
    python: StudentsPython,
    *,
    as_json: bool,
) -> None:
    """Serve on `listener` until a signal says to stop; raises `DomainError` if it cannot begin."""
    logs.configure(settings.log_level, as_json=settings.log_json)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_serve(settings, page, listener, launcher, python, as_json=as_json))


async def _serve(
    settings: Settings,
    page: Page,
    listener: socket.socket,
    launcher: Launcher | None,
    python: StudentsPython,
    *,
    as_json: bool,
) -> None:
    origins = Origins.of(
        settings.hosts, secure=settings.secure, public=(settings.public_origin,) if settings.public_origin else ()
    )
    async with (
        _sandboxes(settings, launcher, python) as sandboxes,
        open_server(settings, sandboxes, origins, python.short, protected=sandboxes.tier is not Tier.NONE) as running,
    ):
        address = settings.origin(listener.getsockname()[1])
        links = await _links(settings, running, address)
        server = make_server(
            create_app(running.services, page),
            settings,
            ready=lambda: _announce(address, sandboxes.tier, links, as_json=as_json),
            stopping=running.services.node.connections.close_all,
        )
        await server.serve([listener])


@asynccontextmanager
async def _sandboxes(
    settings: Settings, launcher: Launcher | None, python: StudentsPython
) -> AsyncGenerator[SandboxService | UnprotectedSandboxes]:
    """Open the launcher's sandboxes; where the machine has none to give, the one person who asked for it goes without."""
    async with AsyncExitStack() as stack:
        sandboxes = None
        try:
            if launcher is not None:
                sandboxes = await stack.enter_async_context(open_sandboxes(launcher))
        except UnavailableError:
            if not settings.single_user:
                raise
        if sandboxes is None:
            environments = {name: settings.data / ENVIRONMENTS / name for name in ENVIRONMENT_NAMES}
            site = {name: site_packages(folder, python).absolute() for name, folder in environments.items()}
            sandboxes = UnprotectedSandboxes(settings.data / WORKSPACES, python.program, site)
        yield sandboxes


async def _links(settings: Settings, running: Running, address: str) -> Links:
    if settings.single_user or settings.demo:
        content = own_class(demo=settings.demo) if settings.single_user else demo_class(settings.demo_students)
        invitations = await running.administration.seed_demo(content)
        return [(f"{item.display_name} ({item.role})", f"{address}/link#{item.token}") for item in invitations]
    token = await running.services.identity.ensure_administrator()
    return [("administrator", f"{address}/set-password#{token}")] if token else []


def _announce(address: str, tier: Tier, links: Links, *, as_json: bool) -> None:
    if as_json:
        known = [{"name": name, "url": url} for name, url in links]
        typer.echo(json.dumps({"address": address, "tier": tier, "links": known}))
        return
    typer.echo(f"PythonIDE is ready at {address} (isolation: {tier})")
    for name, url in links:
        typer.echo(f"  {name:<32} {url}")
    if links:
        typer.echo("Each link works once.")
    if tier is Tier.NONE:
        typer.echo(
            "Programs run WITHOUT PROTECTION: what they do, they do as you, to your files. “pythonide doctor” says why."
        )
    typer.echo("Stop the server with Ctrl+C.")
