"""All pages of the desk."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.desk import (
    administration,
    answering,
    article_list,
    articles,
    complaints,
    contributions,
    conversations,
    figures,
    imports,
    inbox,
    new_rates,
    personal_data,
    records,
    registrations,
    regulations,
    reviews,
    sign_in,
    text_archives,
    unanswered,
)
from bot.desk.guard import DeskRoute, Who, unknown
from bot.desk.text_steps import steps
from storage.models import TextKind

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
    article_list,
    articles,
    reviews,
    figures,
    regulations,
    new_rates,
    text_archives,
    unanswered,
    administration,
)
for room in _ROOMS:
    router.include_router(room.router, prefix="/desk")
for kind in TextKind:
    router.include_router(steps(kind), prefix="/desk")


@router.get("/desk/{anything:path}")
async def elsewhere(who: Who, anything: str) -> Response:
    """An address that leads nowhere."""
    if not anything:
        return RedirectResponse("/desk", 303)
    raise unknown(who)
