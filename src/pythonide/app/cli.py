"""The command `pythonide`."""

import asyncio
import json
import socket
import sys
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from pythonide.adapters.privileges import PrivilegesError, ServiceAccount, drop, prepare_data_directory
from pythonide.app import logs
from pythonide.app.asgi import AddressTakenError, listen, make_server
from pythonide.app.first_class import demo_class
from pythonide.app.lifespan import Running, open_server
from pythonide.app.sandboxing import NoSandboxes
from pythonide.app.settings import Settings
from pythonide.domain.errors import DomainError
from pythonide.edge.app import create_app
from pythonide.edge.http.security import Origins
from pythonide.edge.http.static import Page, PageMissingError

cli = typer.Typer(add_completion=False, no_args_is_help=True, help="A Python IDE in the browser for whole classes.")

SETUP_ERROR = 1
NO_SANDBOX = "Programs cannot run on this server: it has no sandbox. Ask the administrator to run “pythonide doctor”."


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
        settings = Settings.model_validate(
            Settings().model_dump() | {name: value for name, value in given.items() if value is not None}
        )
        settings = settings.model_copy(update={"data": settings.data.absolute()})
        page = Page(settings.page or _packaged_page())
        listener = listen(settings)
        account = ServiceAccount(settings.service_uid, settings.service_gid)
        prepare_data_directory(settings.data, account)
        drop(account, settings.data)
    except ValidationError as error:
        _give_up("\n".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()))
    except (PageMissingError, AddressTakenError, PrivilegesError) as error:
        _give_up(str(error))
    logs.configure(settings.log_level, as_json=settings.log_json)
    try:
        asyncio.run(_serve(settings, page, listener, as_json=as_json))
    except DomainError as error:
        _give_up(error.message)


async def _serve(settings: Settings, page: Page, listener: socket.socket, *, as_json: bool) -> None:
    origins = Origins.of(
        settings.hosts, secure=settings.secure, public=(settings.public_origin,) if settings.public_origin else ()
    )
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    async with open_server(settings, NoSandboxes(NO_SANDBOX), origins, python) as running:
        address = settings.origin(listener.getsockname()[1])
        links = await _links(settings, running, address)
        server = make_server(
            create_app(running.services, page),
            settings,
            ready=lambda: _announce(address, links, as_json=as_json),
            stopping=running.services.node.connections.close_all,
        )
        await server.serve([listener])


async def _links(settings: Settings, running: Running, address: str) -> list[tuple[str, str]]:
    if settings.demo:
        invitations = await running.administration.seed_demo(demo_class())
        return [(f"{item.display_name} ({item.role})", f"{address}/link#{item.token}") for item in invitations]
    token = await running.services.identity.ensure_administrator()
    return [("administrator", f"{address}/link#{token}")] if token else []


def _announce(address: str, links: list[tuple[str, str]], *, as_json: bool) -> None:
    if as_json:
        known = [{"name": name, "url": url} for name, url in links]
        typer.echo(json.dumps({"address": address, "links": known}))
        return
    typer.echo(f"PythonIDE is ready at {address}")
    for name, url in links:
        typer.echo(f"  {name:<32} {url}")
    if links:
        typer.echo("Each link signs in once. Stop the server with Ctrl+C.")


def _packaged_page() -> Path:
    return Path(str(resources.files("pythonide"))) / "web"


def _give_up(message: str) -> None:
    typer.echo(message, err=True)
    raise SystemExit(SETUP_ERROR)


def main() -> None:
    """Run the command line."""
    cli()


if __name__ == "__main__":
    main()
