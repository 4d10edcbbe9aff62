"""The real library and our Telegram room against a server that speaks the Bot API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from telegram import Bot

from bot.services import Services
from bot.settings import Settings
from bot.telegram.api import open_bot
from bot.telegram.poller import poll
from storage.database import Database
from storage.models import Message, StoredFile
from tests.telegram_server import TOKEN, TelegramServer, serving

Polling = Callable[[], AbstractAsyncContextManager[asyncio.Task[None]]]
Received = Callable[[], Awaitable[list[Message]]]


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    """The running server of this test."""
    async with serving() as server:
        yield server


@pytest.fixture
def settings(telegram: TelegramServer, tmp_path: Path) -> Settings:
    """Settings that lead to the server."""
    return Settings(home=tmp_path, telegram_token=TOKEN, telegram_api=telegram.address, _env_file=None)  # type: ignore[call-arg]


@pytest.fixture
def keeping(services: Services, settings: Settings) -> Services:
    """What the sender process has, with these settings."""
    return replace(services, settings=settings)


@pytest.fixture
async def bot(settings: Settings) -> AsyncIterator[Bot]:
    """The open bot."""
    async with open_bot(settings) as opened:
        yield opened


@pytest.fixture
def polling(bot: Bot, keeping: Services) -> Polling:
    """Start a poller for as long as a context is open; it is killed at the end."""

    @asynccontextmanager
    async def running() -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(poll(bot, keeping, asyncio.Event()))
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return running


@pytest.fixture
def received(telegram: TelegramServer, polling: Polling, database: Database) -> Received:
    """Poll until everything is confirmed; returns what was stored, in order."""

    async def all_messages() -> list[Message]:
        async with polling():
            await eventually(lambda: not telegram.world.updates)
        return await stored(database)

    return all_messages


async def stored(database: Database) -> list[Message]:
    """All messages, in order."""
    async with database.sessions() as session:
        return list(await session.scalars(select(Message).order_by(Message.id)))


async def kept_files(database: Database, message: Message) -> list[tuple[str, str, bytes]]:
    """Name, kind and content of a message's files."""
    columns = (StoredFile.name, StoredFile.media_type, StoredFile.content_sealed)
    async with database.sessions() as session:
        rows = await session.execute(
            select(*columns).where(StoredFile.message_id == message.id).order_by(StoredFile.id)
        )
    return [(name, kind, database.vault.open(sealed, "files.content")) for name, kind, sealed in rows]


async def eventually(happened: Callable[[], bool]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(20):
        while not happened():
            await asyncio.sleep(0.01)
