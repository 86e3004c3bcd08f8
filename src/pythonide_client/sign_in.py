"""From a one-time link, or a name and a password, to the cookie that opens the socket."""

import http.client
import json
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import SplitResult, urlsplit

from anyio import to_thread

from pythonide_client.errors import SignInError

SECONDS = 30.0


@dataclass(frozen=True)
class SignedIn:
    """An address and the cookie that opens it."""

    address: str
    cookie: str


async def sign_in_by_link(url: str) -> SignedIn:
    """Use a one-time sign-in link. Raises `SignInError`, with code `not_found` if it is spent."""
    parts = urlsplit(url)
    return await to_thread.run_sync(_sign_in, parts, "/api/login/link", {"token": parts.fragment})


async def sign_in(address: str, name: str, password: str) -> SignedIn:
    """Sign in by name and password. Raises `SignInError`."""
    return await to_thread.run_sync(_sign_in, urlsplit(address), "/api/login", {"name": name, "password": password})


def _sign_in(parts: SplitResult, path: str, fields: dict[str, str]) -> SignedIn:
    address = f"{parts.scheme}://{parts.netloc}"
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=SECONDS)
    try:
        headers = {"content-type": "application/json", "x-pythonide": "1", "origin": address}
        connection.request("POST", path, json.dumps(fields), headers)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise SignInError(0, "unreachable", str(error)) from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise _refusal(answer.status, body)
    cookies = SimpleCookie(answer.headers.get("set-cookie", ""))
    return SignedIn(address, "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items()))


def _refusal(status: int, body: bytes) -> SignInError:
    try:
        error: dict[str, Any] = json.loads(body)["error"]
        return SignInError(status, str(error["code"]), str(error["message"]))
    except (ValueError, KeyError, TypeError):
        return SignInError(status, "unreadable", f"The server answered {status}.")
