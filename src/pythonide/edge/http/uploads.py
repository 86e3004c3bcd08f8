"""Files on their way in: announced, sent in pieces, resumed, given up."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field
from starlette.requests import ClientDisconnect

from pythonide.domain.errors import BadRequestError, NotFoundError
from pythonide.domain.ids import UploadId, WorkspaceId, is_id
from pythonide.domain.paths import WorkspacePath
from pythonide.edge.http.auth import Body, current_login
from pythonide.edge.http.security import MAX_CHUNK_BYTES
from pythonide.edge.services import Services, services_of
from pythonide.features.workspaces.access import WriteGrant
from pythonide.features.workspaces.uploads import Progress

router = APIRouter(prefix="/api/uploads")
Held = Annotated[Services, Depends(services_of)]


class NewUpload(Body):
    """A file that is about to be sent. `replace` puts one that has its place into the bin, once all is here."""

    path: Annotated[str, Field(min_length=1, max_length=1024)]
    size: Annotated[int, Field(ge=0, le=2**53)]
    replace: bool = False


class UploadState(Body):
    """How far an upload is: `offset` bytes are here, `placed` says that the file is in the tree."""

    upload: str
    offset: int
    size: int
    placed: bool
    chunk_bytes: int
    """The most that one PUT may bring."""


@router.post("/{workspace}", status_code=201)
async def begin(workspace: str, body: NewUpload, request: Request, services: Held) -> UploadState:
    """Announce a file; what is wrong with it is said now, before its bytes travel."""
    grant = await _writing(workspace, request, services)
    path = WorkspacePath.parse(body.path)
    return _state(await services.uploads.begin(grant, path, body.size, replacing=body.replace))


@router.get("/{workspace}/{upload}")
async def look(workspace: str, upload: str, request: Request, services: Held) -> UploadState:
    """Tell how far it is: where to go on after a broken connection."""
    grant = await _writing(workspace, request, services)
    return _state(await services.uploads.progress(grant, _named(upload)))


@router.put("/{workspace}/{upload}")
async def receive(workspace: str, upload: str, offset: int, request: Request, services: Held) -> UploadState:
    """Take the bytes from `offset` on; the last ones put the file into the tree."""
    grant = await _writing(workspace, request, services)
    try:
        return _state(await services.uploads.receive(grant, _named(upload), offset, request.stream()))
    except ClientDisconnect:
        raise BadRequestError("The connection broke; ask how far this upload is, and go on.") from None


@router.delete("/{workspace}/{upload}", status_code=204)
async def cancel(workspace: str, upload: str, request: Request, services: Held) -> Response:
    """Give it up."""
    grant = await _writing(workspace, request, services)
    await services.uploads.cancel(grant, _named(upload))
    return Response(status_code=204)


async def _writing(workspace: str, request: Request, services: Services) -> WriteGrant:
    login = await current_login(request, services)
    if not is_id(workspace):
        raise NotFoundError("There is no such workspace.")
    return await services.access.to_write(login.user.id, WorkspaceId(workspace))


def _named(upload: str) -> UploadId:
    if not is_id(upload):
        raise NotFoundError("There is no such upload.")
    return UploadId(upload)


def _state(progress: Progress) -> UploadState:
    return UploadState(
        upload=progress.upload.id,
        offset=progress.offset,
        size=progress.upload.size,
        placed=progress.upload.placed,
        chunk_bytes=MAX_CHUNK_BYTES,
    )
