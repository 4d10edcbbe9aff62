"""What tests of the desk do again and again: browse signed in, and look at what became of the rows."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx
from sqlalchemy import func, select

from storage.database import Database
from storage.models import AuditEntry, Conversation, Message, StoredFile

PASSWORD = "pagi hujan deras"


@dataclass
class Browser:
    """Somebody's browser at the desk, signed in."""

    http: httpx.AsyncClient
    csrf: str
    staff_id: int

    async def get(self, path: str) -> httpx.Response:
        """Open a page of the desk."""
        return await self.http.get(f"/desk{path}")

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of the desk, with its token."""
        return await self.http.post(f"/desk{path}", data={"csrf": self.csrf, **fields})


SignIn = Callable[..., Awaitable[Browser]]
Waiting = Callable[..., Awaitable[int]]


def csrf_of(html: str) -> str:
    """The token that a page's forms carry."""
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    assert found
    return found.group(1)


async def audited(database: Database, action: str) -> list[AuditEntry]:
    """The entries of an action, oldest first."""
    async with database.sessions() as session:
        return list(
            await session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id))
        )


async def conversation_of(database: Database, conversation_id: int) -> Conversation:
    """A conversation as it stands now."""
    async with database.sessions() as session:
        return await session.get_one(Conversation, conversation_id)


async def said(database: Database, conversation_id: int) -> list[Message]:
    """What was written to the participant, oldest first."""
    async with database.sessions() as session:
        rows = select(Message).where(Message.conversation_id == conversation_id, Message.direction == "out")
        return list(await session.scalars(rows.order_by(Message.id)))


async def number_of(database: Database, model: type[object]) -> int:
    """How many rows a table has."""
    async with database.sessions() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


async def file_in(database: Database, conversation_id: int) -> int:
    """The number of a conversation's only file."""
    async with database.sessions() as session:
        return (await session.scalars(select(StoredFile.id).where(StoredFile.conversation_id == conversation_id))).one()
