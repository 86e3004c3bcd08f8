"""The web application: routes, the guard around them, and the page."""

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.types import ASGIApp

from pythonide.edge.http import auth, errors, files, health, uploads
from pythonide.edge.http.security import Guard
from pythonide.edge.http.static import Page
from pythonide.edge.incidents import ANSWER_SECONDS, Incidents
from pythonide.edge.services import Services
from pythonide.edge.ws import endpoint


def create_app(services: Services, page: Page, *, seconds: float = ANSWER_SECONDS) -> ASGIApp:
    """Return the application on open services; it opens and closes nothing itself."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = services
    errors.install(app)
    for module in (auth, files, uploads, health, endpoint):
        app.include_router(module.router)

    async def serve_page(request: Request, path: str) -> Response:
        return page.response(request, path)

    app.add_middleware(Incidents, seconds=seconds)
    app.add_api_route("/{path:path}", serve_page, methods=["GET", "HEAD"])
    return Guard(app, services.origins)
