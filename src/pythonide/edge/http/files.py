"""What users made, as bytes: files, archives and figures."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from pythonide.domain.errors import NotFoundError
from pythonide.domain.ids import ClientId, RunId, WorkspaceId, is_id
from pythonide.domain.names import portable
from pythonide.domain.paths import WorkspacePath
from pythonide.edge.http.auth import current_login
from pythonide.edge.http.content import content_headers, content_response, disposition, sealed, sealing_headers
from pythonide.edge.http.streams import Streamed
from pythonide.edge.services import Services, services_of
from pythonide.execution.registry import GONE
from pythonide.features.runs.model import Who
from pythonide.features.workspaces.access import ReadGrant

router = APIRouter(prefix="/api")
MAX_WHOLE_BYTES = 1024 * 1024
"""A smaller file is read first: then its length is known, whatever a program does to it."""
Held = Annotated[Services, Depends(services_of)]


@router.get("/files/{workspace}/{path:path}")
async def download(workspace: str, path: str, request: Request, services: Held, *, inline: bool = False) -> Response:
    """Return a file; `inline=1` lets the browser show the kinds that it may."""
    grant = await _reading(workspace, request, services)
    wanted = WorkspacePath.parse(path)
    async with services.workspaces.reading(grant, wanted) as opened:
        if opened.size <= MAX_WHOLE_BYTES:
            return content_response(wanted, b"".join([chunk async for chunk in opened.chunks()]), inline=inline)
    return Streamed(_bytes_of(services, grant, wanted), content_headers(wanted, inline=inline))


@router.get("/archives/{workspace}")
async def archive(workspace: str, request: Request, services: Held, path: Annotated[list[str], Query()]) -> Response:
    """Return a zip of the files and folders that are named; an empty `path` stands for all of the workspace."""
    grant = await _reading(workspace, request, services)
    paths = [WorkspacePath.parse(text) for text in path]
    stem = paths[0].name if len(paths) == 1 and paths[0].text else grant.seen.name
    headers = sealing_headers("application/zip", disposition("attachment", portable(f"{stem}.zip")))
    return Streamed(services.workspaces.packing(grant, paths), headers)


@asynccontextmanager
async def _bytes_of(
    services: Services, grant: ReadGrant, path: WorkspacePath
) -> AsyncGenerator[AsyncIterator[bytes], None]:
    async with services.workspaces.reading(grant, path) as opened:
        yield opened.chunks()


async def _reading(workspace: str, request: Request, services: Services) -> ReadGrant:
    login = await current_login(request, services)
    if not is_id(workspace):
        raise NotFoundError("There is no such workspace.")
    return await services.access.to_read(login.user.id, WorkspaceId(workspace))


@router.get("/runs/{run}/plots/{number}")
async def plot(run: str, number: int, request: Request, services: Held) -> Response:
    """Return a figure of a run as PNG."""
    login = await current_login(request, services)
    if not is_id(run):
        raise NotFoundError(GONE)
    png = await services.runs.plot(Who(login.user.id, ClientId("")), RunId(run), number)
    return sealed(png, "image/png", f'inline; filename="plot-{number}.png"')
