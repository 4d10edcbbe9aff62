"""The poller loses nothing, wherever it dies, and waits out what it cannot mend."""

from __future__ import annotations

import asyncio
import logging

import pytest
from sqlalchemy import text
from telegram import Bot

from bot.services import Services
from bot.settings import Settings
from bot.telegram.account import telegram_account
from bot.telegram.api import TokenRefused, check_token, open_bot
from bot.telegram.poller import poll
from storage.database import Database
from tests.telegram.conftest import Polling, eventually, stored
from tests.telegram_server import TelegramServer


async def test_killed_between_fetch_and_commit_it_loses_nothing(
    telegram: TelegramServer, polling: Polling, database: Database
) -> None:
    telegram.participant(42).says("pertama")
    telegram.participant(43).says("kedua")
    async with database.transaction() as blocking:
        await blocking.execute(text("LOCK TABLE messages"))
        async with polling():
            await _until_somebody_waits(database)
    assert await stored(database) == []
    assert len(telegram.world.updates) == 2
    async with polling():
        await eventually(lambda: not telegram.world.updates)
    assert {message.text for message in await stored(database)} == {"pertama", "kedua"}


async def test_killed_again_and_again_each_message_is_stored_once_and_in_order(
    telegram: TelegramServer, polling: Polling, database: Database
) -> None:
    siti = telegram.participant(42)
    for number in range(40):
        siti.says(f"{number}")
        if number % 4 == 0:
            async with polling():
                await asyncio.sleep(0.003 * (number % 7))
    async with polling():
        await eventually(lambda: not telegram.world.updates)
    assert [message.text for message in await stored(database)] == [f"{number}" for number in range(40)]


async def test_what_cannot_be_kept_is_not_confirmed(
    telegram: TelegramServer, polling: Polling, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with database.transaction() as session:
        await session.execute(text("ALTER TABLE contacts RENAME TO elsewhere"))
    telegram.participant(42).says("halo")
    async with polling():
        await eventually(lambda: "could not be kept" in caplog.text)
        assert len(telegram.world.updates) == 1
        async with database.transaction() as session:
            await session.execute(text("ALTER TABLE elsewhere RENAME TO contacts"))
        await eventually(lambda: not telegram.world.updates)
    assert [message.text for message in await stored(database)] == ["halo"]


async def test_it_takes_a_forgotten_webhook_away(telegram: TelegramServer, polling: Polling, bot: Bot) -> None:
    await bot.set_webhook("https://pandu.example/telegram/webhook")
    telegram.participant(42).says("halo")
    async with polling():
        await eventually(lambda: not telegram.world.updates)
    assert telegram.world.webhook is None


async def test_another_poller_is_said_and_waited_out(
    telegram: TelegramServer, polling: Polling, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with polling(), open_bot(settings) as other:
        await eventually(lambda: telegram.world.polls == 1)
        stranger = asyncio.create_task(other.get_updates(timeout=10))
        await eventually(lambda: "Another process fetches this bot's updates" in caplog.text)
        telegram.participant(42).says("halo")
        assert len(await stranger) == 1
        await eventually(lambda: not telegram.world.updates)


async def test_asked_to_stop_it_does_so_in_the_middle_of_a_long_poll(
    telegram: TelegramServer, bot: Bot, keeping: Services
) -> None:
    stop = asyncio.Event()
    polled = asyncio.create_task(poll(bot, keeping, stop))
    await eventually(lambda: telegram.world.polls == 1)
    stop.set()
    await asyncio.wait_for(polled, 5)


async def test_a_wrong_token_is_said_clearly_and_never_shown(
    telegram: TelegramServer, settings: Settings, keeping: Services, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = Settings(telegram_token="1000:wrong-and-secret", telegram_api=telegram.address, _env_file=None)  # type: ignore[call-arg]
    async with telegram_account(wrong, keeping) as account:
        with pytest.raises(TokenRefused, match="TELEGRAM_TOKEN"):
            await account.receive()
        with pytest.raises(TokenRefused):
            await check_token(account.bot)
    assert "wrong-and-secret" not in caplog.text


async def test_the_account_polls_and_shows_its_commands(
    telegram: TelegramServer,
    settings: Settings,
    keeping: Services,
    database: Database,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    telegram.participant(42).says("halo")
    async with telegram_account(settings, keeping) as account:
        receiving = asyncio.create_task(account.receive())
        await eventually(lambda: not telegram.world.updates)
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)
    assert account.name == "telegram 1000"
    assert [message.text for message in await stored(database)] == ["halo"]
    assert {command["command"] for command in telegram.world.commands} == {"menu", "bantuan", "petugas", "batal"}
    assert telegram.world.token not in caplog.text


async def _until_somebody_waits(database: Database) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(20), database.sessions() as session:
        while not await session.scalar(waiting):
            await asyncio.sleep(0.01)
