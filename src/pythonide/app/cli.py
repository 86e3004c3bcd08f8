"""The command `pythonide`."""

import asyncio
import json
import socket
import sys
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from pythonide.adapters.environments import SetUpError, make_environments
from pythonide.adapters.privileges import PrivilegesError, ServiceAccount, drop, prepare_data_directory
from pythonide.adapters.sandbox import Launcher, LauncherConfig, open_sandboxes, probe_tier, start_launcher
from pythonide.app import doctor as examination
from pythonide.app import logs
from pythonide.app.asgi import AddressTakenError, listen, make_server
from pythonide.app.first_class import demo_class
from pythonide.app.lifespan import Running, open_server
from pythonide.app.settings import Settings
from pythonide.domain.errors import DomainError, UnavailableError
from pythonide.edge.app import create_app
from pythonide.edge.http.security import Origins
from pythonide.edge.http.static import Page, PageMissingError
from pythonide_sandbox.layers import Tier

cli = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="A Python IDE in the browser for whole classes.",
)

SETUP_ERROR = 1
ENVIRONMENTS = "environments"
NO_ISOLATION = (
    "This machine cannot isolate programs (tier D), so the server refuses to serve a class. Run “pythonide doctor” for what is missing, "
    "or set PYTHONIDE_ALLOW_NO_ISOLATION=1 if you are its only user."
)


@cli.callback()
def about() -> None:
    """A Python IDE in the browser for whole classes."""


@cli.command()
def serve(
    *,
    demo: Annotated[bool, typer.Option(help="Make a demo class and print a sign-in link for each person.")] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the database and the students' files.")] = None,
    allow_insecure: Annotated[bool, typer.Option(help="Serve other machines without TLS.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON when the server is ready.")] = False,
) -> None:
    """Start the server."""
    given = {"host": host, "port": port, "data": data, "demo": demo or None, "allow_insecure": allow_insecure or None}
    try:
        settings = _settings({name: value for name, value in given.items() if value is not None})
        page = Page(settings.page or _packaged_page())
        listener = listen(settings)
        launcher = _prepare(settings)
    except (PageMissingError, AddressTakenError, PrivilegesError, SetUpError) as error:
        _give_up(str(error))
    logs.configure(settings.log_level, as_json=settings.log_json)
    try:
        asyncio.run(_serve(settings, page, listener, launcher, as_json=as_json))
    except DomainError as error:
        _give_up(f"{error.message} {error.details.get('reason', '')}".strip())


@cli.command()
def setup(
    data: Annotated[Path | None, typer.Option(help="Folder of the database and the students' files.")] = None,
) -> None:
    """Make the students' Python; `serve` does it too where it is missing."""
    settings = _settings({"data": data} if data else {})
    try:
        prepare_data_directory(settings.data, ServiceAccount(settings.service_uid, settings.service_gid))
        make_environments(settings.data / ENVIRONMENTS)
    except (PrivilegesError, SetUpError) as error:
        _give_up(str(error))
    typer.echo(f"The students' Python is ready in {settings.data / ENVIRONMENTS}")


@cli.command()
def doctor(
    *,
    data: Annotated[Path | None, typer.Option(help="Folder of the database and the students' files.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Run the real recipe and say what this machine gives, what is missing, and the remedy."""
    settings = _settings({"data": data} if data else {})
    raise SystemExit(examination.run(settings.data, Path(sys.base_prefix), probe_tier, json=as_json))


def _settings(given: Mapping[str, object]) -> Settings:
    try:
        settings = Settings.model_validate(Settings().model_dump() | dict(given))
    except ValidationError as error:
        _give_up("\n".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()))
    return settings.model_copy(update={"data": settings.data.absolute()})


def _prepare(settings: Settings) -> Launcher:
    """Do what needs root, start the launcher, then give root up."""
    account = ServiceAccount(settings.service_uid, settings.service_gid)
    prepare_data_directory(settings.data, account)
    make_environments(settings.data / ENVIRONMENTS)
    owner = settings.data.stat()
    launcher = start_launcher(LauncherConfig(settings.data, (owner.st_uid, owner.st_gid)))
    drop(account, settings.data)
    return launcher


async def _serve(settings: Settings, page: Page, listener: socket.socket, launcher: Launcher, *, as_json: bool) -> None:
    origins = Origins.of(
        settings.hosts, secure=settings.secure, public=(settings.public_origin,) if settings.public_origin else ()
    )
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    async with open_sandboxes(launcher) as sandboxes, open_server(settings, sandboxes, origins, python) as running:
        if sandboxes.tier is Tier.NONE and not settings.allow_no_isolation:
            raise UnavailableError(NO_ISOLATION)
        address = settings.origin(listener.getsockname()[1])
        links = await _links(settings, running, address)
        server = make_server(
            create_app(running.services, page),
            settings,
            ready=lambda: _announce(address, sandboxes.tier, links, as_json=as_json),
            stopping=running.services.node.connections.close_all,
        )
        await server.serve([listener])


async def _links(settings: Settings, running: Running, address: str) -> list[tuple[str, str]]:
    if settings.demo:
        invitations = await running.administration.seed_demo(demo_class(settings.demo_students))
        return [(f"{item.display_name} ({item.role})", f"{address}/link#{item.token}") for item in invitations]
    token = await running.services.identity.ensure_administrator()
    return [("administrator", f"{address}/set-password#{token}")] if token else []


def _announce(address: str, tier: Tier, links: list[tuple[str, str]], *, as_json: bool) -> None:
    if as_json:
        known = [{"name": name, "url": url} for name, url in links]
        typer.echo(json.dumps({"address": address, "tier": tier, "links": known}))
        return
    typer.echo(f"PythonIDE is ready at {address} (isolation: {tier})")
    for name, url in links:
        typer.echo(f"  {name:<32} {url}")
    if links:
        typer.echo("Each link signs in once. Stop the server with Ctrl+C.")


def _packaged_page() -> Path:
    return Path(str(resources.files("pythonide"))) / "web"


def _give_up(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise SystemExit(SETUP_ERROR)


def main() -> None:
    """Run the command line."""
    cli()


if __name__ == "__main__":
    main()
