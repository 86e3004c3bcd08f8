"""What users made, as bytes: files and figures."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from pythonide.domain.errors import NotFoundError
from pythonide.domain.ids import ClientId, RunId, WorkspaceId, is_id
from pythonide.domain.paths import WorkspacePath
from pythonide.edge.http.auth import current_login
from pythonide.edge.http.content import content_response, sealed
from pythonide.edge.http.parts import part_response, range_of
from pythonide.edge.services import Services, services_of
from pythonide.execution.registry import GONE
from pythonide.features.runs.model import Who

router = APIRouter(prefix="/api")
Held = Annotated[Services, Depends(services_of)]


@router.get("/files/{workspace}/{path:path}")
async def download(workspace: str, path: str, request: Request, services: Held, *, inline: bool = False) -> Response:
    """Return a file, or the range of it that is asked for; `inline=1` lets the browser show the kinds that it may."""
    login = await current_login(request, services)
    if not is_id(workspace):
        raise NotFoundError("There is no such workspace.")
    grant = await services.access.to_read(login.user.id, WorkspaceId(workspace))
    wanted = WorkspacePath.parse(path)
    wanted_range = range_of(request.headers)
    if wanted_range is not None:
        return part_response(wanted, await services.workspaces.read_part(grant, wanted, *wanted_range), request.headers)
    return content_response(wanted, await services.workspaces.read(grant, wanted), inline=inline)


@router.get("/runs/{run}/plots/{number}")
async def plot(run: str, number: int, request: Request, services: Held) -> Response:
    """Return a figure of a run as PNG."""
    login = await current_login(request, services)
    if not is_id(run):
        raise NotFoundError(GONE)
    png = await services.runs.plot(Who(login.user.id, ClientId("")), RunId(run), number)
    return sealed(png, "image/png", f'inline; filename="plot-{number}.png"')
