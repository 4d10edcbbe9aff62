"""Polling: updates are fetched, kept, and only then confirmed to Telegram by the next fetch's offset."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from typing import TypeVar

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.telegram.api import ALLOWED_UPDATES, TokenRefused, flood_seconds
from bot.telegram.receive import Keeping, album_of, receive

log = logging.getLogger(__name__)

POLL_SECONDS = 25
#: An album's items arrive one after another; so long we wait for the rest of the last one.
ALBUM_SECONDS = 0.5
CONFLICT_SECONDS = 3.0
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0

T = TypeVar("T")


class _Stopped(Exception):
    """We were asked to stop while we waited."""


async def poll(bot: Bot, keeping: Keeping, stop: asyncio.Event) -> None:
    """Fetch and keep updates until asked to stop. Raises `TokenRefused`; waits out every other trouble.

    Killed at any point it loses nothing: what was not confirmed comes again, and what was kept is known.
    """
    offset: int | None = None
    webhook_is_gone = False
    failures = 0
    while not stop.is_set():
        try:
            if not webhook_is_gone:
                webhook_is_gone = await _unless(stop, bot.delete_webhook())
            offset = await _round(bot, keeping, offset, stop)
            failures = 0
        except _Stopped:
            return
        except InvalidToken:
            raise TokenRefused from None
        except Exception as trouble:  # noqa: BLE001
            failures += 1
            await _pause(stop, _explain(trouble, failures))


async def _round(bot: Bot, keeping: Keeping, offset: int | None, stop: asyncio.Event) -> int | None:
    """Keep one batch; returns the offset that confirms it."""
    updates = await _unless(stop, _fetch(bot, offset, POLL_SECONDS))
    if updates and album_of(updates[-1]):
        await asyncio.sleep(ALBUM_SECONDS)
        updates = await _fetch(bot, offset, 0)
    await receive(bot, keeping, updates)
    return updates[-1].update_id + 1 if updates else offset


async def _fetch(bot: Bot, offset: int | None, seconds: int) -> tuple[Update, ...]:
    return await bot.get_updates(offset=offset, timeout=seconds, allowed_updates=ALLOWED_UPDATES)


def _explain(trouble: Exception, failures: int) -> float:
    """Say what is wrong; returns the seconds to wait."""
    wait = min(FIRST_WAIT_SECONDS * 2.0 ** min(failures - 1, 10), LONGEST_WAIT_SECONDS)
    match trouble:
        case RetryAfter():
            wait = flood_seconds(trouble)
            log.warning("Telegram asks to wait %s s", wait, extra={"action": "poll_slowed"})
        case Conflict():
            wait = CONFLICT_SECONDS
            log.warning(
                "Another process fetches this bot's updates, or set a webhook; trying again in %s s: %s",
                wait,
                trouble.message,
                extra={"action": "poll_conflict"},
            )
        case TelegramError():
            log.warning(
                "Telegram cannot be reached, trying again in %s s: %s",
                wait,
                trouble.message,
                extra={"action": "poll_failed"},
            )
        case _:
            log.error(
                "Updates could not be kept and will come again in %s s",
                wait,
                exc_info=trouble,
                extra={"action": "updates_not_kept"},
            )
    return wait


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def _unless(stop: asyncio.Event, work: Coroutine[None, None, T]) -> T:
    """Result of the work; raises `_Stopped` when we are asked to stop before it is there."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise _Stopped
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)
