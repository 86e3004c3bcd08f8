"""Parts of users' files for previews: one bounded range a request, with a tag by which a rewrite is noticed."""

import re

from starlette.datastructures import Headers
from starlette.responses import Response

from pythonide.domain.errors import ErrorCode
from pythonide.domain.paths import WorkspacePath
from pythonide.edge.http.content import OTHER, attachment, sealed
from pythonide.edge.http.errors import body_response
from pythonide.ports import FilePart
from pythonide.protocol.envelope import ErrorBody

RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")
"""One range with a first byte; whoever asks for the last bytes, or for several ranges, gets the whole file, as HTTP allows."""
TO_THE_END = 10**15


def range_of(headers: Headers) -> tuple[int, int] | None:
    """Return the first byte and the number of bytes that are asked for, or `None` for the whole file."""
    found = RANGE.fullmatch(headers.get("range", "").strip())
    if found is None:
        return None
    start = int(found[1])
    last = int(found[2]) if found[2] else TO_THE_END
    return (start, last - start + 1) if last >= start else None


def part_response(path: WorkspacePath, part: FilePart, headers: Headers) -> Response:
    """Return a part for the page to read: never as a type that a browser would show.

    `If-Match` with an older tag is answered 412, `If-None-Match` with this one 304.
    """
    tag = f'"{part.tag}"'
    if headers.get("if-match", tag) != tag:
        refused = ErrorBody(code=ErrorCode.CONFLICT, message="This file was changed meanwhile.", retryable=True)
        response = body_response(refused, 412)
    elif headers.get("if-none-match") == tag:
        response = Response(status_code=304, headers={"cache-control": "private, no-store"})
    elif not part.data:
        refused = ErrorBody(code=ErrorCode.BAD_REQUEST, message="This file ends before that.", retryable=False)
        response = body_response(refused, 416)
        response.headers["content-range"] = f"bytes */{part.size}"
    else:
        response = sealed(part.data, OTHER, attachment(path), status=206)
        response.headers["content-range"] = f"bytes {part.start}-{part.start + len(part.data) - 1}/{part.size}"
    response.headers["etag"] = tag
    response.headers["accept-ranges"] = "bytes"
    return response
