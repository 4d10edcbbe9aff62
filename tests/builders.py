"""Rows that tests begin with."""

from __future__ import annotations

import itertools
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.intake import find_or_open_conversation
from dialogs.ports import NewMembership
from social_security.programmes import Programme, Scheme, Segment
from storage.memberships import keep_membership
from storage.models import Contact, Conversation

_addresses = itertools.count(1000)


async def a_conversation(session: AsyncSession, *, channel: str = "web", address: str | None = None) -> Conversation:
    """A conversation that has just been opened."""
    conversation_id = await find_or_open_conversation(session, channel, address or str(next(_addresses)), "Sari")
    return await session.get_one(Conversation, conversation_id)


async def participant_of(session: AsyncSession, conversation: Conversation) -> int:
    """Id of the participant in a conversation."""
    return (await session.get_one(Contact, conversation.contact_id)).participant_id


async def a_membership(
    session: AsyncSession,
    participant_id: int,
    *,
    segment: Segment = Segment.BPU,
    first_month: date = date(2026, 12, 1),
    sponsored: bool = False,
) -> None:
    """A membership with dues of Rp20.000 a month from that month on."""
    programmes = (Programme.JKN,) if segment.scheme is Scheme.JKN else (Programme.JKK, Programme.JKM)
    await keep_membership(
        session,
        participant_id,
        NewMembership(segment.scheme, segment, programmes, 20_000, first_month, sponsored=sponsored),
        date(2026, 11, 20),
    )
