"""What waits at the desk: conversations by who holds them, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from dialogs.ports import HandoffReason
from storage.models import Author, Contact, Conversation, Handoff, Holder, Message, Staff, StoredFile

#: A promise that ends so soon goes before everything but an emergency.
PROMISE_IS_NEAR = timedelta(hours=24)
LONGEST_LIST = 100
VISIBLE_LETTERS = 4


class Shelf(StrEnum):
    """One list of conversations."""

    WAITING = "waiting"
    MINE = "mine"
    OTHERS = "others"
    BOT = "bot"


@dataclass(frozen=True)
class InboxRow:
    """One conversation in a list."""

    id: int
    holder: Holder
    agent_name: str | None
    reason: str | None
    since: datetime | None
    due_at: datetime | None
    channel: str
    address: str
    display_name: str | None
    last_text: str
    last_author: str | None
    last_unsupported: str | None
    last_has_file: bool
    last_at: datetime | None

    @property
    def wants_answer(self) -> bool:
        """Whether the participant had the last word."""
        return self.last_author == Author.PARTICIPANT


def masked(value: str) -> str:
    """An address or a phone number of which only the end can be read."""
    hidden = max(len(value) - VISIBLE_LETTERS, min(len(value), VISIBLE_LETTERS))
    return "•••" + value[hidden:]


async def shelf(session: AsyncSession, which: Shelf, staff_id: int, now: datetime) -> Sequence[InboxRow]:
    """The conversations of a list. Waiting ones by urgency and then by age, others by their latest message."""
    last = _last_message()
    order = _urgency(now) if which is Shelf.WAITING else [last.created_at.desc().nulls_last()]
    statement = _rows(last).where(_on(which, staff_id)).order_by(*order, Conversation.id).limit(LONGEST_LIST)
    return [
        InboxRow(
            id=row.id,
            holder=Holder(row.holder),
            agent_name=row.agent_name,
            reason=row.reason,
            since=row.since,
            due_at=row.due_at,
            channel=row.channel,
            address=masked(row.address),
            display_name=row.display_name,
            last_text=row.last_text or "",
            last_author=row.last_author,
            last_unsupported=row.last_unsupported,
            last_has_file=row.last_has_file,
            last_at=row.last_at,
        )
        for row in await session.execute(statement)
    ]


async def counts(session: AsyncSession, staff_id: int) -> dict[Shelf, int]:
    """How many conversations each list has."""
    columns = [func.count().filter(_on(which, staff_id)).label(which) for which in Shelf]
    return dict(zip(Shelf, (await session.execute(select(*columns).select_from(Conversation))).one(), strict=True))


def _on(which: Shelf, staff_id: int) -> ColumnElement[bool]:
    return {
        Shelf.WAITING: Conversation.holder == Holder.WAITING,
        Shelf.MINE: and_(Conversation.holder == Holder.AGENT, Conversation.agent_id == staff_id),
        Shelf.OTHERS: and_(Conversation.holder == Holder.AGENT, Conversation.agent_id != staff_id),
        Shelf.BOT: Conversation.holder == Holder.BOT,
    }[which]


def _last_message() -> type[Message]:
    newest = (
        select(Message)
        .where(Message.conversation_id == Conversation.id)
        .order_by(Message.id.desc())
        .limit(1)
        .lateral("last_message")
    )
    return aliased(Message, newest)


def _rows(last: type[Message]) -> Select[*tuple[object, ...]]:
    return (
        select(
            Conversation.id,
            Conversation.holder,
            Staff.name.label("agent_name"),
            Handoff.reason,
            Handoff.requested_at.label("since"),
            Handoff.due_at,
            Contact.channel,
            Contact.address,
            Contact.display_name,
            last.text.label("last_text"),
            last.author.label("last_author"),
            last.content["unsupported"].astext.label("last_unsupported"),
            exists().where(StoredFile.message_id == last.id).label("last_has_file"),
            last.created_at.label("last_at"),
        )
        .join(Contact, Contact.id == Conversation.contact_id)
        .outerjoin(Staff, Staff.id == Conversation.agent_id)
        .outerjoin(Handoff, and_(Handoff.conversation_id == Conversation.id, Handoff.released_at.is_(None)))
        .outerjoin(last, last.conversation_id == Conversation.id)
    )


def _urgency(now: datetime) -> list[SQLColumnExpression[object]]:
    weight = case((Handoff.reason == HandoffReason.EMERGENCY, 0), (Handoff.due_at < now + PROMISE_IS_NEAR, 1), else_=2)
    return [weight, Handoff.requested_at]
