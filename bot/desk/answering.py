"""What an agent does in a conversation: take over, reply, note, release, look at files, say what was meant."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.guard import LONGEST_REPLY, Changing, DeskRoute, Refused, Who, field, known_key, prose, unknown
from bot.desk.pages import wants_page
from bot.desk.words import WORDS, intent_titles
from bot.intake import announce
from bot.services import Needs, Services
from bot.turn import reply_row
from dialogs.messages import Reply
from storage.desk_work import Held, hand_back, holding, take_over, view_file, write_note
from storage.lessons import mark
from storage.models import Author
from storage.models.conversations import FILE_CONTENT
from storage.staff_sessions import SignedIn

router = APIRouter(prefix="/percakapan/{conversation_id:int}", route_class=DeskRoute)

#: Kinds of files a browser shows by itself and cannot be made to run.
SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf"})


@router.post("/ambil-alih")
async def take(request: Request, who: Changing, services: Needs, conversation_id: int) -> Response:
    """Take the conversation over; the participant is told who answers now."""
    async with services.database.transaction() as session:
        held = await take_over(session, who, known_key(who, conversation_id), services.clock())
        if held:
            await _say(services, session, held, who, WORDS.say("desk_taken_over", name=who.name))
    return _done(request, conversation_id)


@router.post("/kembalikan")
async def give_back(request: Request, who: Changing, services: Needs, conversation_id: int) -> Response:
    """Hand the conversation back to the bot; the participant is told."""
    async with services.database.transaction() as session:
        held = await hand_back(session, who, known_key(who, conversation_id), services.clock())
        await _say(services, session, held, who, WORDS.say("desk_returned"))
    return _done(request, conversation_id)


@router.post("/balas")
async def reply(request: Request, who: Changing, services: Needs, conversation_id: int) -> Response:
    """Answer the participant; only who holds the conversation may."""
    text = await _written(request, who)
    async with services.database.transaction() as session:
        held = await holding(session, who, known_key(who, conversation_id), services.clock())
        await _say(services, session, held, who, text)
    return _done(request, conversation_id)


@router.post("/catatan")
async def note(request: Request, who: Changing, services: Needs, conversation_id: int) -> Response:
    """Write something down for colleagues."""
    text = await _written(request, who)
    async with services.database.transaction() as session:
        await write_note(session, who, known_key(who, conversation_id), text, services.clock())
        await announce(session, conversation_id)
    return _done(request, conversation_id)


@router.post("/pesan/{message_id:int}/maksud")
async def meant(request: Request, who: Changing, services: Needs, conversation_id: int, message_id: int) -> Response:
    """Keep what a participant's message was about, so that Pandu can learn it."""
    intent = await field(request, "intent")
    if intent not in intent_titles():
        raise Refused("intent_missing", 422, who=who)
    async with services.database.transaction() as session:
        key = known_key(who, message_id)
        if not await mark(session, who, known_key(who, conversation_id), key, intent, services.clock()):
            raise unknown(who)
    return RedirectResponse(f"/desk/percakapan/{conversation_id}#pesan-{message_id}", 303)


@router.get("/berkas/{file_id:int}")
async def file(who: Who, services: Needs, conversation_id: int, file_id: int, *, unduh: bool = False) -> Response:
    """A participant's file, opened for this look only."""
    async with services.database.transaction() as session:
        kept = await view_file(session, who, known_key(who, conversation_id), known_key(who, file_id), services.clock())
    content = services.database.vault.open(kept.content_sealed, FILE_CONTENT)
    placing = "inline" if kept.media_type in SHOWN and not unduh else "attachment"
    return Response(
        content,
        media_type=kept.media_type if kept.media_type in SHOWN else "application/octet-stream",
        headers={
            "Content-Disposition": f"{placing}; filename*=UTF-8''{quote(kept.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


async def _say(services: Services, session: AsyncSession, held: Held, who: SignedIn, text: str) -> None:
    row = reply_row(
        held.conversation.id,
        held.contact,
        Reply(text),
        services.clock(),
        author=Author.AGENT,
        staff_id=who.staff_id,
    )
    session.add(row)
    await announce(session, held.conversation.id)


async def _written(request: Request, who: SignedIn) -> str:
    if len(await field(request, "text")) > LONGEST_REPLY:
        raise Refused("too_long", 422, who=who, limit=LONGEST_REPLY)
    text = await prose(request, "text")
    if not text:
        raise Refused("empty", 422, who=who)
    return text


def _done(request: Request, conversation_id: int) -> Response:
    if wants_page(request):
        return RedirectResponse(f"/desk/percakapan/{conversation_id}", 303)
    return Response(status_code=204)
