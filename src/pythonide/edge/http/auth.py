"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.requests import HTTPConnection

from pythonide.edge.services import Services, services_of
from pythonide.features.identity.model import Login, SignedIn, SiteRole, Visitor

router = APIRouter(prefix="/api")

Held = Annotated[Services, Depends(services_of)]
Token = Annotated[str, Field(min_length=20, max_length=200)]
Password = Annotated[str, Field(min_length=1, max_length=1000)]


class Body(BaseModel):
    """What all REST bodies share: camelCase names, and nothing that is not asked for."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class Credentials(Body):
    """Name and password."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    password: Password


class LinkToken(Body):
    """What stands behind the # of a one-time link."""

    token: Token


class NewPassword(Body):
    """With `token` of a link, or signed in with the `current` password."""

    token: Token | None = None
    current: Password | None = None
    password: Password


class Offer(Body):
    """What a link does, shown before it is used."""

    purpose: str
    login_name: str
    display_name: str


class Me(Body):
    """Who is signed in."""

    user: str
    login_name: str
    display_name: str
    administrator: bool
    has_password: bool


@router.post("/login")
async def login(body: Credentials, request: Request, response: Response, services: Held) -> Me:
    """Sign in by name and password."""
    return _welcome(
        services, response, await services.identity.sign_in(body.name, body.password, visitor(request, services))
    )


@router.post("/login/link/look")
async def look_at_link(body: LinkToken, request: Request, services: Held) -> Offer:
    """Tell what a link is for; it stays unused."""
    offer = await services.identity.look_at_link(body.token, visitor(request, services))
    return Offer(purpose=offer.purpose, login_name=offer.login_name, display_name=offer.display_name)


@router.post("/login/link")
async def login_by_link(body: LinkToken, request: Request, response: Response, services: Held) -> Me:
    """Use a sign-in link, once."""
    return _welcome(services, response, await services.identity.sign_in_by_link(body.token, visitor(request, services)))


@router.post("/password")
async def set_password(body: NewPassword, request: Request, response: Response, services: Held) -> Me:
    """Set a password: all other logins of the person end."""
    who = visitor(request, services)
    if body.token is not None:
        signed_in = await services.identity.set_password_by_link(body.token, body.password, who)
    else:
        present = await current_login(request, services)
        signed_in = await services.identity.change_password(present, body.current, body.password, who)
    return _welcome(services, response, signed_in)


@router.post("/logout", status_code=204)
async def logout(request: Request, response: Response, services: Held) -> None:
    """End this login and close its pages."""
    await services.identity.sign_out(token_of(request, services))
    response.delete_cookie(services.cookie, path="/", secure=services.origins.secure, httponly=True, samesite="strict")
    response.headers["clear-site-data"] = '"storage"'


@router.get("/me")
async def me(request: Request, response: Response, services: Held) -> Me:
    """Tell who is signed in."""
    response.headers["cache-control"] = "no-store"
    return _me(await current_login(request, services))


def token_of(connection: HTTPConnection, services: Services) -> str:
    """Return the cookie's token, empty if there is none."""
    return connection.cookies.get(services.cookie, "")


async def current_login(connection: HTTPConnection, services: Services) -> Login:
    """Return who asks, or raise `NotSignedInError`."""
    return await services.identity.current(token_of(connection, services))


def visitor(request: HTTPConnection, services: Services) -> Visitor:
    """Return where a request comes from; the login it replaces is ended, so the session's id always changes."""
    address = request.client.host if request.client else "unknown"
    return Visitor(address, request.headers.get("user-agent", ""), token_of(request, services) or None)


def _welcome(services: Services, response: Response, signed_in: SignedIn) -> Me:
    response.set_cookie(
        services.cookie,
        signed_in.token,
        expires=signed_in.login.expires_at,
        path="/",
        secure=services.origins.secure,
        httponly=True,
        samesite="strict",
    )
    response.headers["cache-control"] = "no-store"
    return _me(signed_in.login)


def _me(login: Login) -> Me:
    user = login.user
    return Me(
        user=user.id,
        login_name=user.login_name,
        display_name=user.display_name,
        administrator=user.site_role is SiteRole.ADMIN,
        has_password=user.has_password,
    )
