"""Who holds a conversation: asking for a person, taking over, releasing. Each call is one step of the state machine."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.ports import HandoffReason
from storage.models import Conversation, Handoff, Holder

#: Reasons in the order of their weight: an open handoff is never made lighter.
WEIGHT = (
    HandoffReason.BLOCKED,
    HandoffReason.NOT_UNDERSTOOD,
    HandoffReason.NOT_HELPED,
    HandoffReason.ASKED,
    HandoffReason.FAILED_TURN,
    HandoffReason.PRIVACY,
    HandoffReason.EMERGENCY,
)
#: UU 27/2022, articles 30, 32, 40, 41: requests about one's data are met within 3 × 24 hours.
PRIVACY_TERM = timedelta(hours=72)
#: A takeover without a word for so long goes back to the waiting list.
SILENCE_TERM = timedelta(hours=4)


class HeldByAnother(Exception):
    """Somebody else holds the conversation."""


async def open_handoff(session: AsyncSession, conversation_id: int) -> Handoff | None:
    """The handoff of a conversation that is not released yet."""
    found = await session.scalars(
        select(Handoff).where(Handoff.conversation_id == conversation_id, Handoff.released_at.is_(None))
    )
    return found.one_or_none()


async def request_person(
    session: AsyncSession, conversation: Conversation, reason: HandoffReason, now: datetime
) -> None:
    """Put a conversation on the waiting list, once; a weightier reason replaces a lighter one."""
    handoff = await open_handoff(session, conversation.id)
    if handoff is None:
        handoff = Handoff(conversation_id=conversation.id, reason=reason, requested_at=now)
        session.add(handoff)
    elif WEIGHT.index(reason) > WEIGHT.index(HandoffReason(handoff.reason)):
        handoff.reason = reason
    if reason is HandoffReason.PRIVACY:
        handoff.due_at = handoff.due_at or now + PRIVACY_TERM
    if conversation.holder == Holder.BOT:
        conversation.holder = Holder.WAITING


async def take_over(session: AsyncSession, conversation: Conversation, staff_id: int, now: datetime) -> None:
    """Give the (locked) conversation to an agent, asked for or not. Raises `HeldByAnother`."""
    if conversation.holder == Holder.AGENT and conversation.agent_id != staff_id:
        raise HeldByAnother
    handoff = await open_handoff(session, conversation.id)
    if handoff is None:
        handoff = Handoff(conversation_id=conversation.id, reason=HandoffReason.ASKED, requested_at=now)
        session.add(handoff)
    handoff.taken_at, handoff.staff_id = now, staff_id
    conversation.holder, conversation.agent_id, conversation.agent_active_at = Holder.AGENT, staff_id, now


async def release(session: AsyncSession, conversation: Conversation, now: datetime) -> None:
    """Hand the (locked) conversation back to the bot."""
    conversation.holder, conversation.agent_id, conversation.agent_active_at = Holder.BOT, None, None
    await session.execute(
        update(Handoff)
        .where(Handoff.conversation_id == conversation.id, Handoff.released_at.is_(None))
        .values(released_at=now)
    )


async def return_silent(session: AsyncSession, now: datetime) -> list[int]:
    """Put conversations whose agent said nothing for hours back on the waiting list; returns their ids."""
    returned = await session.scalars(
        update(Conversation)
        .where(Conversation.holder == Holder.AGENT, Conversation.agent_active_at < now - SILENCE_TERM)
        .values(holder=Holder.WAITING, agent_id=None, agent_active_at=None)
        .returning(Conversation.id)
    )
    ids = list(returned)
    await session.execute(
        update(Handoff)
        .where(Handoff.conversation_id.in_(ids), Handoff.released_at.is_(None))
        .values(taken_at=None, staff_id=None)
    )
    return ids
