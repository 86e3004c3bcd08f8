"""The socket's door: who may come in, and the room it leads to."""

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from pythonide.domain.errors import LimitReachedError, NotSignedInError
from pythonide.edge.errors import CloseCode
from pythonide.edge.http.auth import current_login
from pythonide.edge.services import Services, services_of
from pythonide.edge.ws.connection import Connection, Identified
from pythonide.edge.ws.sender import Sender
from pythonide.features.identity.model import Login, SiteRole

router = APIRouter()


@router.websocket("/api/ws")
async def socket(websocket: WebSocket) -> None:
    """Serve one page until it leaves."""
    services = services_of(websocket)
    headers = websocket.headers
    if not services.origins.origin_allowed(headers.get("origin"), headers.get("host")):
        await websocket.close(CloseCode.FORBIDDEN_ORIGIN)  # before accept: the handshake is answered with 403
        return
    await websocket.accept()
    try:
        login = await current_login(websocket, services)
    except NotSignedInError:
        await Sender(websocket).close(CloseCode.NOT_SIGNED_IN, "please sign in")
        return
    await _serve(websocket, login, services)


async def _serve(websocket: WebSocket, login: Login, services: Services) -> None:
    person = Identified(login.user.id, login.user.display_name, login.id, login.user.site_role is SiteRole.ADMIN)
    connection = Connection(websocket, person, services.node)
    try:
        with services.node.connections.holding(connection):
            await connection.serve()
    except LimitReachedError:
        await Sender(websocket).close(CloseCode.TOO_MANY_CONNECTIONS, "too many pages are open")
    except WebSocketDisconnect:
        return
