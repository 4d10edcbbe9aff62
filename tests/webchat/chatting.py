"""A browser as the tests drive it, and replies as the turn stores them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import select

from bot.intake import announce
from bot.services import Services
from bot.turn import reply_row
from bot.webchat.visitor import COOKIE, Visitor
from dialogs.messages import Reply
from storage.models import Author, Contact, Conversation, Message

PATIENCE = 10.0


@dataclass
class Event:
    """A server-sent event."""

    name: str
    id: str | None
    data: dict[str, Any]


@asynccontextmanager
async def open_browser(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that has opened the page and kept its cookie."""
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as browser:
        (await browser.get("/")).raise_for_status()
        yield browser


def visitor_of(browser: httpx.AsyncClient) -> Visitor:
    """The visitor of a browser's cookie."""
    return Visitor(browser.cookies[COOKIE])


async def post(browser: httpx.AsyncClient, text: str, **more: str) -> httpx.Response:
    """Send a message as the page's script does."""
    return await browser.post("/chat/messages", json={"id": str(uuid4()), "text": text, **more})


async def rows(services: Services) -> list[Message]:
    """All messages, in order."""
    async with services.database.sessions() as session:
        return list(await session.scalars(select(Message).order_by(Message.id)))


async def conversation_of(services: Services, browser: httpx.AsyncClient) -> Conversation:
    """The conversation of a browser's visitor."""
    async with services.database.sessions() as session:
        found = await session.scalars(
            select(Conversation)
            .join(Contact, Contact.id == Conversation.contact_id)
            .where(Contact.address == visitor_of(browser).address)
        )
        return found.one()


async def answer(services: Services, browser: httpx.AsyncClient, reply: Reply, author: Author = Author.BOT) -> int:
    """Store a reply the way the turn does; its id."""
    conversation = await conversation_of(services, browser)
    async with services.database.transaction() as session:
        contact = await session.get_one(Contact, conversation.contact_id)
        row = reply_row(conversation.id, contact, reply, services.clock(), author=author)
        session.add(row)
        await session.flush()
        await announce(session, conversation.id)
        return row.id


@asynccontextmanager
async def stream(browser: httpx.AsyncClient, last_id: int | None = None) -> AsyncIterator[AsyncIterator[Event]]:
    """The open event stream of a browser."""
    headers = {} if last_id is None else {"Last-Event-ID": str(last_id)}
    async with browser.stream("GET", "/chat/events", headers=headers) as response:
        response.raise_for_status()
        yield _events(response)


async def texts(events: AsyncIterator[Event], count: int) -> list[str]:
    """The texts of the next so many messages of a stream."""
    return [event.data["text"] for event in await take(events, count)]


async def take(events: AsyncIterator[Event], count: int, name: str = "message") -> list[Event]:
    """The next so many events of that name."""
    taken: list[Event] = []
    while len(taken) < count:
        event = await anext(events)
        if event.name == name:
            taken.append(event)
    return taken


async def _events(response: httpx.Response) -> AsyncIterator[Event]:
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield Event(fields["event"], fields.get("id"), json.loads(fields["data"]))
            fields = {}
