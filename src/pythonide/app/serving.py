"""Serves: opens everything, says where and to whom, and runs until it is told to stop.

Loaded by `pythonide serve` once the launcher is at work, because loading takes most of a second.
"""

import asyncio
import json
import socket

import typer

from pythonide.adapters.event_loop import new_event_loop
from pythonide.adapters.sandbox.client import open_sandboxes
from pythonide.adapters.sandbox.launcher import Launcher
from pythonide.adapters.students_python import StudentsPython
from pythonide.app import logs
from pythonide.app.asgi import make_server
from pythonide.app.first_class import demo_class
from pythonide.app.lifespan import Running, open_server
from pythonide.app.settings import Settings
from pythonide.edge.app import create_app
from pythonide.edge.http.security import Origins
from pythonide.edge.http.static import Page
from pythonide_sandbox.layers import Tier

Links = list[tuple[str, str]]


def run(
    settings: Settings,
    page: Page,
    listener: socket.socket,
    launcher: Launcher,
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
    launcher: Launcher,
    python: StudentsPython,
    *,
    as_json: bool,
) -> None:
    origins = Origins.of(
        settings.hosts, secure=settings.secure, public=(settings.public_origin,) if settings.public_origin else ()
    )
    async with (
        open_sandboxes(launcher) as sandboxes,
        open_server(settings, sandboxes, origins, python.short) as running,
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


async def _links(settings: Settings, running: Running, address: str) -> Links:
    if settings.demo:
        invitations = await running.administration.seed_demo(demo_class(settings.demo_students))
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
    typer.echo("Stop the server with Ctrl+C.")
