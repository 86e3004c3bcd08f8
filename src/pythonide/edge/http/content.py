"""How files that users made are served: by a fixed table of types, never as anything that can act."""

from types import MappingProxyType
from urllib.parse import quote

from starlette.responses import Response

from pythonide.domain.paths import WorkspacePath
from pythonide.edge.http.security import CONTENT_POLICY

INLINE_TYPES = MappingProxyType(
    {
        "png": "image/png",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "gif": "image/gif",
        "webp": "image/webp",
        "pdf": "application/pdf",
        "txt": "text/plain; charset=utf-8",
        "md": "text/plain; charset=utf-8",
    }
)
"""What a browser may show; everything else is a download."""
OTHER = "application/octet-stream"


def content_response(path: WorkspacePath, body: bytes, *, inline: bool) -> Response:
    """Return a user's file so that a browser can show or keep it, but never obey it."""
    content_type = INLINE_TYPES.get(path.name.rpartition(".")[2].lower(), OTHER)
    shown = inline and content_type != OTHER
    return sealed(body, content_type, f"inline; {_named(path)}" if shown else attachment(path))


def attachment(path: WorkspacePath) -> str:
    """Return the disposition of what is kept and never shown."""
    return f"attachment; {_named(path)}"


def _named(path: WorkspacePath) -> str:
    return f"filename*=UTF-8''{quote(path.name, safe='')}"


def sealed(body: bytes, content_type: str, disposition: str, *, status: int = 200) -> Response:
    """Return bytes of foreign make with every header that keeps them harmless."""
    headers = {
        "content-security-policy": CONTENT_POLICY,
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "content-disposition": disposition,
        "cache-control": "private, no-store",
    }
    return Response(body, status, headers=headers, media_type=content_type)
