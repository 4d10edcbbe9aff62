"""The lines of a conversation as the desk shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.desk_inbox import masked
from storage.lessons import marks_of
from storage.models import Direction, Message, Staff, StoredFile
from storage.registrations import without_links
from storage.vault import Vault

PAGE = 200


@dataclass(frozen=True)
class FileLine:
    """A file that came with a message."""

    id: int
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Line:
    """One message. `phone` is a shared contact, masked."""

    id: int
    author: str
    staff_name: str | None
    text: str
    at: datetime
    choices: tuple[str, ...]
    files: tuple[FileLine, ...]
    phone: str | None
    refused_file: str | None
    unsupported: str | None
    edited: bool
    failed: bool
    delivery: str | None
    #: What a participant's message was taken for, and what an agent or administrator says it was about.
    read_as: str | None
    meant: str | None
    meant_by: str | None


async def newest_lines(
    session: AsyncSession, vault: Vault, conversation_id: int, *, before: int | None = None
) -> list[Line]:
    """The latest page of a conversation, or the page before a message, oldest line first."""
    statement = _messages(conversation_id).order_by(Message.id.desc()).limit(PAGE)
    if before is not None:
        statement = statement.where(Message.id < before)
    rows = list(await session.execute(statement))
    return await _lines(session, vault, rows[::-1])


async def lines_after(session: AsyncSession, vault: Vault, conversation_id: int, after: int) -> list[Line]:
    """What came after a message, oldest line first."""
    statement = _messages(conversation_id).where(Message.id > after).order_by(Message.id).limit(PAGE)
    return await _lines(session, vault, list(await session.execute(statement)))


def _messages(conversation_id: int) -> Any:
    return (
        select(Message, Staff.name)
        .outerjoin(Staff, Staff.id == Message.staff_id)
        .where(Message.conversation_id == conversation_id)
    )


async def _lines(session: AsyncSession, vault: Vault, rows: Sequence[tuple[Message, str | None]]) -> list[Line]:
    ids = [message.id for message, _ in rows]
    files, marks = await _files(session, ids), await marks_of(session, ids)
    return [
        _line(vault, message, staff_name, files.get(message.id, ()), marks.get(message.id, (None, None)))
        for message, staff_name in rows
    ]


async def _files(session: AsyncSession, message_ids: list[int]) -> dict[int, tuple[FileLine, ...]]:
    found: dict[int, tuple[FileLine, ...]] = {}
    kept = select(StoredFile).where(StoredFile.message_id.in_(message_ids)).order_by(StoredFile.id)
    for file in await session.scalars(kept):
        line = FileLine(file.id, file.name, file.media_type, file.size)
        found[file.message_id or 0] = (*found.get(file.message_id or 0, ()), line)
    return found


def _line(
    vault: Vault,
    message: Message,
    staff_name: str | None,
    files: tuple[FileLine, ...],
    mark: tuple[str | None, str | None],
) -> Line:
    content = message.content
    outgoing = message.direction == Direction.OUT
    phone = message.phone_sealed
    return Line(
        id=message.id,
        author=message.author,
        staff_name=staff_name,
        text=without_links(message.text),
        at=message.created_at,
        choices=tuple(choice["title"] for choice in content.get("choices", ())) if outgoing else (),
        files=files,
        phone=masked(vault.open_text(phone, "messages.phone")) if phone else None,
        refused_file=content.get("refused_file"),
        unsupported=content.get("unsupported"),
        edited=bool(content.get("edited")),
        failed=message.failed_at is not None,
        delivery=message.delivery,
        read_as=message.intent or (message.understanding or {}).get("intent"),
        meant=mark[0],
        meant_by=mark[1],
    )
