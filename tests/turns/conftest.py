"""The real assistant on a real database, with a Rasa that answers by labels."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from procrastinate import App
from sqlalchemy import select

from bot.inbound import InboundMessage
from bot.intake import Taken, take_in
from bot.nlu import NluClient
from bot.turn import Assistant, take_turn
from dialogs.catalogue import catalogue
from dialogs.words import Words
from knowledge_base.library import Library
from storage.database import Database
from storage.models import Conversation, Direction, Message
from storage.queue import open_queue
from tests.conftest import Clock
from tests.rasa_server import TOKEN, Label, RasaServer, running_rasa

LIBRARY = Library.load()


@dataclass
class Room:
    """Where one participant talks to the assistant."""

    assistant: Assistant
    queue: App
    rasa: RasaServer
    clock: Clock
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def database(self) -> Database:
        return self.assistant.database

    async def say(self, text: str = "", *, external_id: str | None = None, address: str = "1", **more: object) -> Taken:
        """Take a message in."""
        external_id = external_id or f"message {next(self.numbers)}"
        message = InboundMessage("web", external_id, address, text=text, **more)  # type: ignore[arg-type]
        return await take_in(self.database, self.queue, message, self.clock())

    async def ask(self, text: str = "", **more: object) -> str | None:
        """Take a message in, take its turn, and return what was said last."""
        taken = await self.say(text, **more)  # type: ignore[arg-type]
        await take_turn(self.assistant, taken.conversation_id)
        said = [row.text for row in await self.messages() if row.direction == Direction.OUT]
        return said[-1] if said else None

    async def messages(self) -> list[Message]:
        async with self.database.sessions() as session:
            return list(await session.scalars(select(Message).order_by(Message.id)))

    async def conversation(self) -> Conversation:
        async with self.database.sessions() as session:
            return (await session.scalars(select(Conversation))).one()


@pytest.fixture
async def room(database: Database, database_url: str, clock: Clock) -> AsyncIterator[Room]:
    async with running_rasa() as rasa:
        rasa.label = Label("greet", 0.95)
        nlu = NluClient(rasa.url, TOKEN, seconds=10)
        assistant = Assistant(database, nlu, catalogue(), LIBRARY, Words(), clock)
        yield Room(assistant, open_queue(database_url), rasa, clock)
        await nlu.close()
