"""What a visitor sees of their conversation: its messages after one of them, and who holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Text, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import undefer

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
    #: Where our own files are to be had, in the order of their names; nothing for the visitor's.
    downloads: tuple[str, ...]
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


class Gone(Exception):
    """The conversation is not there any more: its participant asked to be forgotten."""


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


#: Holder, messages and the names of their files in one statement: it is asked whenever something is new.
_HISTORY = (
    select(
        Conversation.holder,
        Message.id,
        Message.author,
        Message.text,
        Message.content,
        Message.created_at,
        Message.external_id,
        Message.answers_id,
        func.array(
            select(StoredFile.name)
            .where(StoredFile.message_id == Message.id)
            .order_by(StoredFile.id)
            .scalar_subquery(),
            type_=ARRAY(Text),
        ).label("files"),
        func.array(
            select(StoredFile.id).where(StoredFile.message_id == Message.id).order_by(StoredFile.id).scalar_subquery(),
            type_=ARRAY(Integer),
        ).label("file_ids"),
        Message.direction,
    )
    .select_from(Conversation)
    .outerjoin(
        Message,
        and_(
            Message.conversation_id == Conversation.id,
            Message.id > bindparam("after"),
            or_(Message.direction == Direction.IN, Message.delivery == Delivery.SENT),
        ),
    )
    .where(Conversation.id == bindparam("conversation_id"))
    .order_by(Message.id.desc())
    .limit(bindparam("newest", type_=Integer))
)


async def read_history(
    database: Database, conversation_id: int, *, after: int = 0, newest: int | None = None
) -> History:
    """The messages after one of them, or the newest so many of those. Raises `Gone`."""
    wanted = {"conversation_id": conversation_id, "after": after, "newest": newest}
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        rows = (await connection.execute(_HISTORY, wanted)).all()
    if not rows:
        raise Gone
    return History(tuple(_shown(row) for row in reversed(rows) if row.id), str(rows[0].holder))


def _shown(row: Any) -> Shown:
    return Shown(
        id=row.id,
        author=row.author,
        text=row.text,
        choices=tuple(row.content.get("choices", ())),
        created_at=row.created_at,
        files=tuple(row.files),
        downloads=tuple(f"/chat/files/{key}" for key in row.file_ids) if row.direction == Direction.OUT else (),
        file_refused=bool(row.content.get("refused_file")),
        client_id=row.external_id.partition(":")[2] if row.external_id else None,
        answers=row.answers_id,
    )


async def our_file(database: Database, address: str, file_id: int) -> StoredFile | None:
    """A file we sent to this visitor, still sealed; nobody else's, and none of their own."""
    async with database.sessions() as session:
        return await session.scalar(
            select(StoredFile)
            .join(Message, Message.id == StoredFile.message_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .join(Contact, Contact.id == Conversation.contact_id)
            .where(
                StoredFile.id == file_id,
                Message.direction == Direction.OUT,
                Message.delivery == Delivery.SENT,
                Contact.channel == CHANNEL,
                Contact.address == address,
            )
            .options(undefer(StoredFile.content_sealed))
        )
