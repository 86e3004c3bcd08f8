"""What every request must pass and every answer must carry: host, origin, size, headers."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pythonide.domain.errors import BadRequestError, ForbiddenError, TooLargeError
from pythonide.edge.http.errors import error_response

CSRF_HEADER = "x-pythonide"
"""Pages of other origins cannot send it without asking first, and the answer is no."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_BODY_BYTES = 64 * 1024
"""REST bodies are small; texts travel over the socket."""
MAX_CHUNK_BYTES = 1024 * 1024
"""A piece of an upload: large enough that a fast network is used, small enough that a slow one shows progress."""
UPLOADS = "/api/uploads/"

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # CodeMirror and xterm write style elements; only styles may be inline, scripts never.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
CONTENT_POLICY = "sandbox; default-src 'none'"
"""For what users made: it may do nothing, whatever it claims to be."""

HEADERS = MappingProxyType(
    {
        "content-security-policy": PAGE_POLICY,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    }
)


@dataclass(frozen=True)
class Origins:
    """Which names this server answers to, and which pages may talk to it.

    `hosts` are lower-case names without port; a page's origin must be the very address it talks to.
    """

    hosts: frozenset[str]
    secure: bool
    public: frozenset[str] = frozenset()
    """Full origins of a proxy in front, such as `https://ide.school.example`."""

    @staticmethod
    def of(hosts: Iterable[str], *, secure: bool, public: Iterable[str] = ()) -> "Origins":
        """Return the rule; a public origin's host is allowed too."""
        origins = frozenset(origin.rstrip("/").lower() for origin in public)
        names = {host.lower() for host in hosts} | {urlsplit(origin).hostname or "" for origin in origins}
        return Origins(frozenset(names - {""}), secure, origins)

    def host_allowed(self, host: str | None) -> bool:
        """Tell whether the `Host` header names this server; DNS rebinding brings other names."""
        return host is not None and _host_name(host) in self.hosts

    def origin_allowed(self, origin: str | None, host: str | None) -> bool:
        """Tell whether a page of `origin` may talk to this server under `host`. No origin is no permission."""
        if origin is None or host is None:
            return False
        scheme = "https" if self.secure else "http"
        return origin.lower() == f"{scheme}://{host.lower()}" or origin.lower() in self.public


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


class Guard:
    """The outermost layer: refuses foreign hosts, forged requests and large bodies; adds headers to every answer."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not self._origins.host_allowed(headers.get("host")):
            refusal = PlainTextResponse("This server does not answer to that name.\n", 421)
            await refusal(scope, receive, self._sealed(send))
        elif scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            await self._http(scope, headers, receive, self._sealed(send))

    async def _http(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        try:
            if scope["method"] not in SAFE_METHODS:
                chunk = scope["method"] == "PUT" and scope["path"].startswith(UPLOADS)
                self._check_unsafe(headers, MAX_CHUNK_BYTES if chunk else MAX_BODY_BYTES)
        except (ForbiddenError, TooLargeError, BadRequestError) as error:
            await error_response(error)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check_unsafe(self, headers: Headers, most: int) -> None:
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise ForbiddenError("This request came from another site.")
        origin = headers.get("origin")
        if origin is not None and not self._origins.origin_allowed(origin, headers.get("host")):
            raise ForbiddenError("This request came from another site.")
        if CSRF_HEADER not in headers:
            raise ForbiddenError(f"The header {CSRF_HEADER} is missing.")
        length = headers.get("content-length")
        if length is None or not length.isdigit():
            raise BadRequestError("The length of the body must be announced.")
        if int(length) > most:
            raise TooLargeError("This request is too large.", limit=most)

    def _sealed(self, send: Send) -> Send:
        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self._origins.secure:
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        return sealed
