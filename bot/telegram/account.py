"""A Telegram account as the sender serves it: a channel that sends, and where there is no webhook, the poller."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from telegram import Bot

from bot.settings import Settings
from bot.telegram.api import CHANNEL, account_id, open_bot, publish_commands
from bot.telegram.gateway import TelegramChannel
from bot.telegram.poller import poll
from bot.telegram.receive import Keeping
from bot.telegram.webhook import serves_webhook


@dataclass(frozen=True)
class TelegramAccount:
    """One bot, open. Only one process at a time may receive and send for it."""

    bot: Bot
    channel: TelegramChannel
    keeping: Keeping
    polls: bool

    @property
    def name(self) -> str:
        """What tells this account from others; not secret."""
        return f"{CHANNEL} {account_id(self.bot)}"

    async def receive(self, stop: asyncio.Event | None = None) -> None:
        """Fetch updates until asked to stop; returns at once where the web app has the webhook.

        Raises `TokenRefused`.
        """
        if self.polls:
            await publish_commands(self.bot)
            await poll(self.bot, self.keeping, stop or asyncio.Event())


@asynccontextmanager
async def telegram_account(settings: Settings, keeping: Keeping) -> AsyncIterator[TelegramAccount]:
    """The account of `TELEGRAM_TOKEN`; nothing is asked of Telegram before it is used."""
    async with open_bot(settings) as bot:
        yield TelegramAccount(bot, TelegramChannel(bot), keeping, polls=not serves_webhook(settings))
