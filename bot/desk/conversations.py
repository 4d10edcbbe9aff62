"""A conversation on one page, live: the transcript, what is known, and what an agent can do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from bot.desk.guard import COOKIE, DeskRoute, Who, known_key, unknown
from bot.desk.inbox import BESIDE, shelves, still_signed_in, wait
from bot.desk.pages import page, render
from bot.desk.words import intent_titles
from bot.services import Needs, Services
from dialogs.state import DialogState
from storage.desk_case import case_file, head_of, state_of
from storage.desk_transcript import PAGE, lines_after, newest_lines
from storage.staff_sessions import SignedIn

router = APIRouter(prefix="/percakapan/{conversation_id:int}", route_class=DeskRoute)


@router.get("")
async def conversation(
    request: Request,
    who: Who,
    services: Needs,
    conversation_id: int,
    sebelum: int | None = None,
    tandai: int | None = None,
) -> Response:
    """The whole page; `sebelum` shows what came before a message, `tandai` opens the form that says what one meant."""
    known = await _known(services, who, conversation_id)
    before = known_key(who, sebelum) if sebelum is not None else None
    async with services.database.sessions() as session:
        lines = await newest_lines(session, services.database.vault, conversation_id, before=before)
    lists = await shelves(services, who, BESIDE)
    full = len(lines) == PAGE
    return page(
        request,
        "conversation",
        who=who,
        open_id=conversation_id,
        lines=lines,
        older=full,
        before=before,
        marking=tandai,
        intents=intent_titles(),
        **known,
        **lists,
    )


@router.get("/isi")
async def standing(request: Request, who: Who, services: Needs, conversation_id: int) -> Response:
    """What changes besides the transcript, for an open page."""
    return page(request, "conversation_parts", who=who, **await _known(services, who, conversation_id))


@router.get("/kabar")
async def news(request: Request, who: Who, services: Needs, conversation_id: int, setelah: int = 0) -> Response:
    """The transcript's new lines, each once and in order, and a word when something else changed."""
    await _known(services, who, conversation_id)
    seen = request.headers.get("last-event-id", "")
    after = int(seen) if seen.isascii() and seen.isdigit() else setelah
    token = request.cookies[COOKIE]
    return EventSourceResponse(_follow(services, token, conversation_id, known_key(who, after)))


async def _known(services: Services, who: SignedIn, conversation_id: int) -> dict[str, Any]:
    async with services.database.sessions() as session:
        head = await head_of(session, known_key(who, conversation_id))
        if head is None:
            raise unknown(who)
        state = DialogState.from_json(head.conversation.state)
        forms = [form for form in (state.form, *state.parked) if form is not None]
        return {"head": head, "forms": forms, "case": await case_file(session, head)}


async def _follow(services: Services, token: str, conversation_id: int, after: int) -> AsyncIterator[ServerSentEvent]:
    known_state: object = None
    with services.news.subscribed(conversation_id) as something:
        while await still_signed_in(services, token):
            something.clear()
            async with services.database.sessions() as session:
                lines = await lines_after(session, services.database.vault, conversation_id, after)
                state = await state_of(session, conversation_id)
            for line in lines:
                shown = render(
                    "line", line=line, conversation_id=conversation_id, before=None, marking=None, now=services.clock()
                )
                yield ServerSentEvent(shown, event="line", id=str(line.id))
                after = line.id
            if state != known_state:
                known_state = state
                yield ServerSentEvent("", event="changed")
            if len(lines) < PAGE:
                await wait(something)
    yield ServerSentEvent("", event="ended")
