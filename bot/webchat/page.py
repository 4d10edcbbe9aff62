"""The page of the chat: complete without JavaScript, live with it."""

from __future__ import annotations

from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import Request
from starlette.responses import Response

from bot.services import get_services
from bot.web import templates
from bot.webchat.history import History, Place, find_place, read_history
from bot.webchat.visitor import Visitor, known_visitor, new_visitor, remember
from bot.webchat.words import HERE, SCRIPT_WORDS, WORDS
from storage.models import Holder

#: So many messages are on the page; the older ones are a click away.
SHOWN_AT_FIRST = 100
_HOME = ZoneInfo("Asia/Jakarta")
_templates = templates(HERE / "templates")
_templates.env.globals.update(words=WORDS, script_words=SCRIPT_WORDS, new_id=uuid4)


async def render(
    request: Request, *, problem: str = "", text: str = "", status: int = 200, complete: bool = False
) -> Response:
    """The chat with the visitor's history; a browser we do not know becomes a visitor."""
    visitor = known_visitor(request) or new_visitor()
    place, history = await _read(request, visitor, complete=complete)
    context = {
        "history": history,
        "zone": ZoneInfo(place.time_zone) if place else _HOME,
        "last_id": history.messages[-1].id if history.messages else 0,
        "more": len(history.messages) == SHOWN_AT_FIRST and not complete,
        "problem": problem,
        "has_left": "left" in request.query_params,
        "text": text,
    }
    response = _templates.TemplateResponse(request, "chat.html", context, status_code=status)
    response.headers["Cache-Control"] = "no-store"
    remember(request, response, visitor)
    return response


async def _read(request: Request, visitor: Visitor, *, complete: bool) -> tuple[Place | None, History]:
    database = get_services(request).database
    place = await find_place(database, visitor.address)
    if place is None:
        return None, History((), Holder.BOT)
    newest = None if complete else SHOWN_AT_FIRST
    return place, await read_history(database, place.conversation_id, newest=newest)
