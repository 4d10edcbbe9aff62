"""Articles to be read again: those that end or have ended, and those whose review is near or past, soonest first."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.desk.articles import today_of
from bot.desk.guard import Administrator, DeskRoute
from bot.desk.pages import page
from bot.services import Needs, NeedsTexts
from knowledge_base.reviews import reviews_due

router = APIRouter(prefix="/tinjau", route_class=DeskRoute)


@router.get("")
async def reviews(request: Request, who: Administrator, services: Needs, texts: NeedsTexts) -> Response:
    """The work list."""
    today = today_of(services)
    return page(request, "reviews", who=who, tasks=reviews_due(texts.library, today), today=today)
