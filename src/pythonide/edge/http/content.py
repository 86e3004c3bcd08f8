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
    return Response(body, headers=content_headers(path, inline=inline))


def content_headers(path: WorkspacePath, *, inline: bool) -> dict[str, str]:
    """Return the headers under which a user's file travels."""
    content_type = INLINE_TYPES.get(path.name.rpartition(".")[2].lower(), OTHER)
    place = "inline" if inline and content_type != OTHER else "attachment"
    return sealing_headers(content_type, disposition(place, path.name))


def disposition(place: str, name: str) -> str:
    """Return the header that names a download; the name cannot break out of it."""
    return f"{place}; filename*=UTF-8''{quote(name, safe='')}"


def sealed(body: bytes, content_type: str, disposition: str) -> Response:
    """Return bytes of foreign make with every header that keeps them harmless."""
    return Response(body, headers=sealing_headers(content_type, disposition))


def sealing_headers(content_type: str, disposition: str) -> dict[str, str]:
    """Return every header that keeps bytes of foreign make harmless."""
    return {
        "content-type": content_type,
        "content-security-policy": CONTENT_POLICY,
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "content-disposition": disposition,
        "cache-control": "private, no-store",
    }
