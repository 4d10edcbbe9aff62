"""Requests about personal data that waited for a person: done, or refused with a reason, within the 72 hours.

UU 27/2022, articles 30, 40 and 43.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.guard import Changing, DeskRoute, Refused, known_key, prose
from bot.desk.words import WORDS
from bot.intake import announce
from bot.services import Needs, Services
from bot.turn import reply_row
from dialogs.messages import Reply
from dialogs.offers import table
from dialogs.ports import Purpose
from storage.audit import audit
from storage.desk_work import Held, hand_back, holding
from storage.forgetting import forget
from storage.models import Author, Direction, Message
from storage.my_data import withdraw_consent
from storage.staff_sessions import SignedIn

router = APIRouter(prefix="/percakapan/{conversation_id:int}/data", route_class=DeskRoute)

LONGEST_WORDS: Final = 500
_BACKUP_DAYS: Final[int] = table("privacy")["backup_days"]


@router.post("/hapus")
async def delete_everything(who: Changing, services: Needs, conversation_id: int) -> Response:
    """Delete all that is known of the participant, who is told; the conversation begins anew."""
    now = services.clock()
    async with services.database.transaction() as session:
        held = await holding(session, who, known_key(who, conversation_id), now)
        audit(session, "data_deleted", f"participant {held.contact.participant_id}", who.staff_id, now)
        goodbye = _say(services, session, held, who, WORDS.say("privacy/forgotten", backup_days=_BACKUP_DAYS))
        newest = select(Message).where(Message.conversation_id == conversation_id, Message.direction == Direction.IN)
        last = (await session.scalars(newest.order_by(Message.id.desc()).limit(1))).one()
        await forget(session, held.conversation, held.contact, last, goodbye, now)
        await announce(session, conversation_id)
    return RedirectResponse("/desk", 303)


@router.post("/tarik")
async def withdraw_registration(who: Changing, services: Needs, conversation_id: int) -> Response:
    """End the consent to registration: its forms and documents are deleted, and the participant is told."""
    now = services.clock()
    async with services.database.transaction() as session:
        held = await hand_back(session, who, known_key(who, conversation_id), now)
        whose = held.contact.participant_id
        await withdraw_consent(session, whose, Purpose.REGISTRATION, now)
        audit(session, "consent_withdrawn", f"participant {whose}", who.staff_id, now)
        _say(services, session, held, who, WORDS.say("privacy/withdrawn", purpose=Purpose.REGISTRATION))
        await announce(session, conversation_id)
    return RedirectResponse(f"/desk/percakapan/{conversation_id}", 303)


@router.post("/selesai")
async def done(request: Request, who: Changing, services: Needs, conversation_id: int) -> Response:
    """Say in a sentence what was done, such as a correction; that is the participant's answer."""
    return await _answered(request, who, services, conversation_id, "data_request_done", "desk_data_done")


@router.post("/tolak")
async def refuse(request: Request, who: Changing, services: Needs, conversation_id: int) -> Response:
    """Say in a sentence why a request cannot be done; that is the participant's answer."""
    return await _answered(request, who, services, conversation_id, "data_request_refused", "desk_data_refused")


async def _answered(
    request: Request, who: SignedIn, services: Services, conversation_id: int, action: str, template: str
) -> Response:
    written = (await prose(request, "words"))[:LONGEST_WORDS].strip()
    if not written:
        raise Refused("words_missing", 422, who=who)
    now = services.clock()
    async with services.database.transaction() as session:
        held = await hand_back(session, who, known_key(who, conversation_id), now)
        audit(session, action, f"participant {held.contact.participant_id}", who.staff_id, now)
        _say(services, session, held, who, WORDS.say(template, words=written))
        await announce(session, conversation_id)
    return RedirectResponse(f"/desk/percakapan/{conversation_id}", 303)


def _say(services: Services, session: AsyncSession, held: Held, who: SignedIn, text: str) -> Message:
    row = reply_row(
        held.conversation.id, held.contact, Reply(text), services.clock(), author=Author.AGENT, staff_id=who.staff_id
    )
    session.add(row)
    return row
