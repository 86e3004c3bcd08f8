"""The page: files made by the build, with their compressed twins, read at start."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from pythonide.domain.errors import NotFoundError

INDEX = "index.html"
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
}


class PageMissingError(Exception):
    """The page was not built; the message says how to build it."""


@dataclass(frozen=True)
class Asset:
    """One file in all its encodings; `etag` names its content."""

    content_type: str
    bodies: dict[str, bytes]
    etag: str
    hashed: bool

    def response(self, headers: Headers) -> Response:
        """Return the smallest form the browser takes, or 304 if it has it already."""
        accepted = {part.split(";")[0].strip() for part in headers.get("accept-encoding", "").split(",")}
        encoding = next((name for name in ("br", "gzip") if name in accepted and name in self.bodies), "")
        sent = {"etag": self.etag, "vary": "accept-encoding", "cache-control": FOREVER if self.hashed else ASK_AGAIN}
        if headers.get("if-none-match") == self.etag:
            return Response(status_code=304, headers=sent)
        if encoding:
            sent["content-encoding"] = encoding
        return Response(self.bodies[encoding], headers=sent, media_type=self.content_type)


class Page:
    """All files of the page, in memory: about a megabyte, and nothing outside the folder can be named."""

    def __init__(self, folder: Path) -> None:
        if not (folder / INDEX).is_file():
            raise PageMissingError(
                f"The page is not built: {folder / INDEX} is missing. In a checkout run `make page`; an installed package carries it."
            )
        self._assets = {
            name: asset for name, asset in (_load(folder, path) for path in sorted(folder.rglob("*"))) if asset
        }

    @property
    def names(self) -> tuple[str, ...]:
        """Every file that can be asked for."""
        return tuple(self._assets)

    def response(self, request: Request, path: str) -> Response:
        """Return the file; an address without a dot is a place in the page, which finds its own way."""
        asset = self._assets.get(path)
        if asset is None:
            if "." in PurePosixPath(path).name or path.startswith("api/"):
                raise NotFoundError("There is nothing at this address.")
            asset = self._assets[INDEX]
        return asset.response(request.headers)


def _load(folder: Path, path: Path) -> tuple[str, Asset | None]:
    name = path.relative_to(folder).as_posix()
    if not path.is_file() or path.suffix in (".br", ".gz"):
        return name, None
    body = path.read_bytes()
    bodies = {"": body}
    for encoding, suffix in (("br", ".br"), ("gzip", ".gz")):
        twin = path.with_name(path.name + suffix)
        if twin.is_file():
            bodies[encoding] = twin.read_bytes()
    if "gzip" not in bodies and path.suffix in TYPES and len(body) > 1000:
        bodies["gzip"] = gzip.compress(body, 6, mtime=0)
    content_type = TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    etag = '"' + hashlib.sha256(body).hexdigest()[:32] + '"'
    return name, Asset(content_type, bodies, etag, name.startswith("assets/"))
