"""What a visitor sees of their conversation: its messages after one of them, and who holds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.models import Contact, Conversation, Delivery, Direction, Message, Participant, StoredFile

CHANNEL = "web"


@dataclass(frozen=True)
class Place:
    """A visitor's conversation, and the time zone they live in."""

    conversation_id: int
    time_zone: str


@dataclass(frozen=True)
class Shown:
    """A message as the visitor sees it."""

    id: int
    author: str
    text: str
    choices: tuple[dict[str, str], ...]
    created_at: datetime
    files: tuple[str, ...]
    file_refused: bool
    #: The id the browser gave its own message.
    client_id: str | None
    #: The message this one answers.
    answers: int | None

    def to_json(self) -> dict[str, Any]:
        """The form in which it goes to the browser."""
        return {**vars(self), "created_at": self.created_at.isoformat()}


@dataclass(frozen=True)
class History:
    """Some messages in order, and who holds the conversation."""

    messages: tuple[Shown, ...]
    holder: str


async def find_place(database: Database, address: str) -> Place | None:
    """Where a visitor's conversation is; None before their first message."""
    async with database.sessions() as session:
        row = (
            await session.execute(
                select(Conversation.id, Participant.time_zone)
                .join(Contact, Contact.id == Conversation.contact_id)
                .join(Participant, Participant.id == Contact.participant_id)
                .where(Contact.channel == CHANNEL, Contact.address == address)
            )
        ).one_or_none()
    return Place(row.id, row.time_zone) if row else None


async def read_history(
    database: Database, conversation_id: int, *, after: int = 0, newest: int | None = None
) -> History:
    """The messages after one of them, or the newest so many of those."""
    async with database.sessions() as session:
        holder = await session.scalar(select(Conversation.holder).where(Conversation.id == conversation_id))
        rows = (
            await session.execute(
                select(
                    Message.id,
                    Message.author,
                    Message.text,
                    Message.content,
                    Message.created_at,
                    Message.external_id,
                    Message.answers_id,
                )
                .where(
                    Message.conversation_id == conversation_id,
                    Message.id > after,
                    or_(Message.direction == Direction.IN, Message.delivery == Delivery.SENT),
                )
                .order_by(Message.id.desc())
                .limit(newest)
            )
        ).all()
        files = await _file_names(session, [row.id for row in rows])
    return History(tuple(_shown(row, files[row.id]) for row in reversed(rows)), str(holder))


async def _file_names(session: AsyncSession, message_ids: list[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    if message_ids:
        rows = await session.execute(
            select(StoredFile.message_id, StoredFile.name)
            .where(StoredFile.message_id.in_(message_ids))
            .order_by(StoredFile.id)
        )
        for message_id, name in rows:
            names[message_id or 0].append(name)
    return names


def _shown(row: Any, files: Iterable[str]) -> Shown:
    return Shown(
        id=row.id,
        author=row.author,
        text=row.text,
        choices=tuple(row.content.get("choices", ())),
        created_at=row.created_at,
        files=tuple(files),
        file_refused=bool(row.content.get("refused_file")),
        client_id=row.external_id.partition(":")[2] if row.external_id else None,
        answers=row.answers_id,
    )
