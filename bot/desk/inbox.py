"""The first page: who waits, whom I hold, and the same lists live."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from bot.desk.articles import today_of
from bot.desk.guard import COOKIE, DeskRoute, SomebodySignedIn, Who
from bot.desk.pages import page
from bot.services import Needs, NeedsTexts, Services
from knowledge_base.reviews import reviews_due
from storage.desk_inbox import Shelf, counts, shelf
from storage.staff_sessions import SignedIn, signed_in

router = APIRouter(route_class=DeskRoute)

#: Lists beside an open conversation.
BESIDE = (Shelf.WAITING, Shelf.MINE)
#: News of so many seconds are told together.
TOGETHER_SECONDS = 0.3
#: Without news, a live page still looks whether it may stay.
PATIENCE_SECONDS = 30.0


@router.get("")
async def inbox(request: Request, who: Who, services: Needs, texts: NeedsTexts) -> Response:
    """All lists; administrators see how many articles are to be read again."""
    lists = await shelves(services, who, tuple(Shelf))
    reviews = len(reviews_due(texts.library, today_of(services))) if who.is_administrator else 0
    return page(request, "inbox", who=who, open_id=None, reviews=reviews, **lists)


@router.get("/rak")
async def lists(request: Request, who: Who, services: Needs, buka: int | None = None) -> Response:
    """The lists alone, for an open page; those beside a conversation when one is open."""
    shown = BESIDE if buka is not None else tuple(Shelf)
    return page(request, "shelves", who=who, open_id=buka, **await shelves(services, who, shown))


@router.get("/kabar", dependencies=[SomebodySignedIn])
async def news(request: Request, services: Needs) -> Response:
    """Says whenever some conversation has something new."""
    return EventSourceResponse(_changes(services, request.cookies[COOKIE]))


async def shelves(services: Services, who: SignedIn, shown: tuple[Shelf, ...]) -> dict[str, Any]:
    """What the lists show."""
    async with services.database.sessions() as session:
        return {
            "counts": await counts(session, who.staff_id),
            "shelves": {which: await shelf(session, which, who.staff_id, services.clock()) for which in shown},
        }


async def _changes(services: Services, token: str) -> AsyncIterator[ServerSentEvent]:
    with services.news.subscribed() as something:
        while await still_signed_in(services, token):
            yield ServerSentEvent("", event="changed")
            await wait(something)
            await asyncio.sleep(TOGETHER_SECONDS)
            something.clear()
    yield ServerSentEvent("", event="ended")


async def still_signed_in(services: Services, token: str) -> bool:
    """Whether the session behind a live page runs still; looking does not extend it."""
    async with services.database.sessions() as session:
        return await signed_in(session, token, services.clock(), extend=False) is not None


async def wait(something: asyncio.Event) -> None:
    """Wait for news, but not for ever."""
    with suppress(TimeoutError):
        await asyncio.wait_for(something.wait(), PATIENCE_SECONDS)
