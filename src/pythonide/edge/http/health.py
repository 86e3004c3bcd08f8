"""Whether the server is up, for machines that ask."""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from pythonide.edge.services import services_of

router = APIRouter(prefix="/api")


class Health(BaseModel):
    """Answered as long as the loop turns. Strangers learn no more than this; the log says what is wrong."""

    ok: bool
    status: Literal["ready", "degraded"]
    """`degraded`: people can work, but programs of some environment, or of all, cannot run just now."""


@router.get("/health")
async def health(request: Request) -> Health:
    """Tell that the server answers, and whether programs can run."""
    return Health(ok=True, status="degraded" if services_of(request).sandboxes.degraded else "ready")
