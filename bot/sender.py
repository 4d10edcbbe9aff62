"""The sender: delivers replies and nudges, replies first.

Any number may run. The nudges of the web chat are any sender's; a Telegram account is served by the one sender that
holds its advisory lock, which also polls for updates where there is no webhook.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import zlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import psycopg

from bot.bootstrap import database_url, make_services, now
from bot.channels import Channel
from bot.delivery import deliver_replies, free_claimed
from bot.nudging import Nudging, send_nudges, send_nudges_by_row
from bot.pace import Pace
from bot.services import Services
from bot.settings import Settings
from dialogs.nudges import nudge_policy
from dialogs.words import Words
from storage.nudges import give_up_claimed

if TYPE_CHECKING:
    from bot.telegram.account import TelegramAccount

log = logging.getLogger(__name__)

#: Without news, rows whose time has come are looked for this often.
LOOK_SECONDS = 1.0
NUDGE_SECONDS = 5.0
#: While one batch of nudges is finished, the next is under way: the pace alone sets the rate.
NUDGE_LANES = 2
#: A sender that does not act asks this often whether the acting one is gone.
LOCK_SECONDS = 1.0
#: First half of the advisory locks of channel accounts.
ACCOUNT_LOCK = 7_264_003


async def send(settings: Settings) -> None:
    """Deliver until asked to stop."""
    services = make_services(settings)
    nudging = Nudging(services.database, nudge_policy(), Words(), f"{socket.gethostname()}:{os.getpid()}")
    async with services.news.listening(), asyncio.TaskGroup() as tasks:
        tasks.create_task(_again(NUDGE_SECONDS, lambda: send_nudges_by_row(nudging, now())))
        if settings.telegram_token is not None:
            tasks.create_task(_serve_telegram(settings, services, nudging))


async def _serve_telegram(settings: Settings, services: Services, nudging: Nudging) -> None:
    from bot.telegram.account import telegram_account
    from bot.telegram.api import TokenRefused

    try:
        async with telegram_account(settings, services) as account:
            await _serve(settings, services, nudging, account)
    except* TokenRefused as refused:
        log.error("Telegram is not served: %s", refused.exceptions[0], extra={"action": "token_refused"})  # noqa: TRY400


async def _serve(settings: Settings, services: Services, nudging: Nudging, account: TelegramAccount) -> None:
    """Serve one account for as long as we hold its lock."""
    lock = await _acting(database_url(settings), account.name)
    await free_claimed(services.database, account.channel.name)
    given_up = await _give_up(services, account.channel)
    log.info("Serving %s; %d nudges stay unknown", account.name, given_up, extra={"action": "sender_acts"})
    pace = Pace(settings.telegram_rate)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_watch(lock))
        tasks.create_task(account.receive())
        tasks.create_task(_deliver_news(services, account.channel, pace))
        for _ in range(NUDGE_LANES):
            tasks.create_task(_again(NUDGE_SECONDS, lambda: send_nudges(nudging, account.channel, pace, now())))


async def _acting(url: str, account: str) -> psycopg.AsyncConnection[tuple[object, ...]]:
    """Wait until no other sender serves this account; the lock lasts as long as the connection."""
    connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
    key = (ACCOUNT_LOCK, zlib.crc32(account.encode()) - 2**31)
    while True:
        row = await (await connection.execute("SELECT pg_try_advisory_lock(%s, %s)", key)).fetchone()
        if row and row[0]:
            return connection
        await asyncio.sleep(LOCK_SECONDS)


async def _watch(lock: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
    """Fail, and with it the process, when the connection that holds the lock is gone."""
    while True:
        await lock.execute("SELECT 1")
        await asyncio.sleep(LOCK_SECONDS)


async def _give_up(services: Services, channel: Channel) -> int:
    async with services.database.transaction() as session:
        return await give_up_claimed(session, [channel.name])


async def _deliver_news(services: Services, channel: Channel, pace: Pace) -> None:
    with services.news.subscribed() as news:
        while True:
            news.clear()
            if await deliver_replies(services.database, channel, pace, now()):
                continue
            try:
                await asyncio.wait_for(news.wait(), LOOK_SECONDS)
            except TimeoutError:
                continue


async def _again(seconds: float, work: Callable[[], Awaitable[int]]) -> None:
    """Do a piece of work over and over; after one that found nothing, wait."""
    while True:
        if not await work():
            await asyncio.sleep(seconds)
