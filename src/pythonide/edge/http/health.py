"""Whether the server is up, for machines that ask."""

from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter(prefix="/api")


class Health(BaseModel):
    """Answered as long as the loop turns; says nothing else to strangers."""

    ok: bool


@router.get("/health")
async def health() -> Health:
    """Tell that the server answers."""
    return Health(ok=True)
