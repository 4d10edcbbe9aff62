"""All pages of the desk."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.desk import (
    administration,
    answering,
    complaints,
    contributions,
    conversations,
    imports,
    inbox,
    personal_data,
    records,
    registrations,
    sign_in,
)
from bot.desk.guard import DeskRoute, Who, unknown

router = APIRouter(route_class=DeskRoute)

_ROOMS = (
    sign_in,
    inbox,
    conversations,
    answering,
    personal_data,
    complaints,
    registrations,
    records,
    contributions,
    imports,
    administration,
)
for room in _ROOMS:
    router.include_router(room.router, prefix="/desk")


@router.get("/desk/{anything:path}")
async def elsewhere(who: Who, anything: str) -> Response:
    """An address that leads nowhere."""
    if not anything:
        return RedirectResponse("/desk", 303)
    raise unknown(who)
