"""Errors as HTTP answers."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from pythonide.domain.errors import BadRequestError, DomainError, ErrorCode
from pythonide.edge.errors import STATUS, body_of, plain
from pythonide.protocol.envelope import ErrorBody


def error_response(error: DomainError) -> Response:
    """Return the answer that refuses, in the same words as on the socket."""
    response = body_response(body_of(error))
    retry_after = error.details.get("retry_after")
    if isinstance(retry_after, int | float):
        response.headers["retry-after"] = str(int(retry_after) + 1)
    return response


def install(app: FastAPI) -> None:
    """Make every refusal an answer of ours; bugs go on to `Incidents`."""
    app.add_exception_handler(DomainError, _domain)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def body_response(body: ErrorBody, status: int | None = None) -> Response:
    """Return the answer that refuses."""
    return JSONResponse({"error": plain(body)}, status or STATUS[body.code], headers={"cache-control": "no-store"})


async def _domain(_request: Request, error: Exception) -> Response:
    if not isinstance(error, DomainError):
        raise TypeError from error
    return error_response(error)


async def _invalid(_request: Request, error: Exception) -> Response:
    places = [".".join(str(part) for part in fault["loc"]) for fault in _faults(error)]
    return error_response(BadRequestError("This request is not well formed.", fields=places))


def _faults(error: Exception) -> list[dict[str, tuple[str | int, ...]]]:
    return list(error.errors()) if isinstance(error, RequestValidationError) else []


async def _http(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = {404: ErrorCode.NOT_FOUND, 413: ErrorCode.TOO_LARGE}.get(status, ErrorCode.BAD_REQUEST)
    words = {404: "There is nothing at this address.", 405: "This address does not take such a request."}
    return body_response(ErrorBody(code=code, message=words.get(status, "This request cannot be answered.")), status)
