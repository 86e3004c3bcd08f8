"""The last resort: what no handler foresaw is logged once and answered, and no request waits for ever."""

import math

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pythonide.edge.errors import CloseCode, record_incident, timeout_body
from pythonide.edge.http.errors import body_response

ANSWER_SECONDS = 30.0
"""Until an HTTP answer must begin; how long its bytes then travel is the network's affair."""


class Incidents:
    """Turns a bug in a route into one log record and one answer. The framework's own net would log and raise it again."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answers = {"http": self._http, "websocket": self._socket}
        await answers.get(scope["type"], self._app)(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False
        with anyio.move_on_after(self._seconds) as deadline:

            async def began(message: Message) -> None:
                nonlocal begun
                begun, deadline.deadline = True, math.inf
                await send(message)

            try:
                await self._app(scope, receive, began)
            except Exception as error:  # noqa: BLE001  # the one place where a route's bug becomes an answer and a log record
                body = record_incident(error, method=scope["method"], path=scope["path"])
                if not begun:
                    await body_response(body)(scope, receive, send)
        if deadline.cancelled_caught and not begun:
            await body_response(timeout_body())(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepted = closed = False

        async def noted(message: Message) -> None:
            nonlocal accepted, closed
            accepted = accepted or message["type"] == "websocket.accept"
            closed = closed or message["type"] == "websocket.close"
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:  # noqa: BLE001  # the socket's bug: logged once, and the page is told to come again
            record_incident(error, path=scope["path"])
            if accepted and not closed:
                await send({"type": "websocket.close", "code": CloseCode.INTERNAL, "reason": "internal error"})
