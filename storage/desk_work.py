"""What an agent does in a conversation. Each call locks its row and looks again who holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from storage import handoffs
from storage.audit import audit
from storage.models import Contact, Conversation, Holder, Note, Staff, StoredFile
from storage.staff_sessions import SignedIn


class UnknownConversation(Exception):
    """There is no conversation, or no file in it, of that number."""


class NotHolding(Exception):
    """Somebody else, or nobody, holds the conversation; `holder` is the colleague's name."""

    def __init__(self, holder: str | None) -> None:
        super().__init__("the conversation is not theirs")
        self.holder = holder


@dataclass(frozen=True)
class Held:
    """A locked conversation and where its messages go."""

    conversation: Conversation
    contact: Contact


async def take_over(session: AsyncSession, who: SignedIn, conversation_id: int, now: datetime) -> Held | None:
    """Let an agent answer; None when they do already. Raises `UnknownConversation`, `NotHolding`."""
    held = await _lock(session, conversation_id)
    if _holds(held.conversation, who):
        return None
    try:
        await handoffs.take_over(session, held.conversation, who.staff_id, now)
    except handoffs.HeldByAnother:
        raise NotHolding(await _holder_name(session, held.conversation)) from None
    audit(session, "take_over", _subject(conversation_id), who.staff_id, now)
    return held


async def hand_back(session: AsyncSession, who: SignedIn, conversation_id: int, now: datetime) -> Held:
    """Let the bot answer again: whoever holds it may, and an administrator. Raises as `holding` does."""
    held = await _lock(session, conversation_id)
    may = held.conversation.holder == Holder.AGENT and (_holds(held.conversation, who) or who.is_administrator)
    if not may:
        raise NotHolding(await _holder_name(session, held.conversation))
    await handoffs.release(session, held.conversation, now)
    audit(session, "release", _subject(conversation_id), who.staff_id, now)
    return held


async def holding(session: AsyncSession, who: SignedIn, conversation_id: int, now: datetime) -> Held:
    """The conversation an agent is about to answer in. Raises `UnknownConversation`, `NotHolding`."""
    held = await _lock(session, conversation_id)
    if not _holds(held.conversation, who):
        raise NotHolding(await _holder_name(session, held.conversation))
    held.conversation.agent_active_at = now
    audit(session, "reply", _subject(conversation_id), who.staff_id, now)
    return held


async def free_to_write(session: AsyncSession, who: SignedIn, conversation_id: int) -> Held:
    """The locked conversation, unless a colleague holds it. Raises `UnknownConversation`, `NotHolding`."""
    held = await _lock(session, conversation_id)
    if held.conversation.holder == Holder.AGENT and not _holds(held.conversation, who):
        raise NotHolding(await _holder_name(session, held.conversation))
    return held


async def write_note(session: AsyncSession, who: SignedIn, conversation_id: int, text: str, now: datetime) -> None:
    """Keep a note for colleagues. Who another agent works with is not ours to write about: raises `NotHolding`."""
    held = await _lock(session, conversation_id)
    if held.conversation.holder == Holder.AGENT and not (_holds(held.conversation, who) or who.is_administrator):
        raise NotHolding(await _holder_name(session, held.conversation))
    session.add(Note(conversation_id=conversation_id, staff_id=who.staff_id, text=text, created_at=now))
    audit(session, "note", _subject(conversation_id), who.staff_id, now)


async def view_file(
    session: AsyncSession, who: SignedIn, conversation_id: int, file_id: int, now: datetime
) -> StoredFile:
    """A file of a conversation, still sealed; that it was looked at is recorded. Raises `UnknownConversation`."""
    kept = (StoredFile.id == file_id, StoredFile.conversation_id == conversation_id)
    file = await session.scalar(select(StoredFile).where(*kept).options(undefer(StoredFile.content_sealed)))
    if file is None:
        raise UnknownConversation
    audit(session, "file_viewed", f"file {file_id}", who.staff_id, now, conversation=conversation_id)
    return file


async def _lock(session: AsyncSession, conversation_id: int) -> Held:
    conversation = await session.scalar(
        select(Conversation).where(Conversation.id == conversation_id).with_for_update()
    )
    if conversation is None:
        raise UnknownConversation
    return Held(conversation, await session.get_one(Contact, conversation.contact_id))


def _holds(conversation: Conversation, who: SignedIn) -> bool:
    return conversation.holder == Holder.AGENT and conversation.agent_id == who.staff_id


async def _holder_name(session: AsyncSession, conversation: Conversation) -> str | None:
    if conversation.agent_id is None:
        return None
    return await session.scalar(select(Staff.name).where(Staff.id == conversation.agent_id))


def _subject(conversation_id: int) -> str:
    return f"conversation {conversation_id}"
