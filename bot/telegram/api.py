"""The Bot API: opened from the settings, its token kept out of every log."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Bot
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.settings import Settings
from bot.telegram.words import telegram_words

log = logging.getLogger(__name__)

CHANNEL = "telegram"
#: Connections for everything but the long poll, which has its own.
CONNECTIONS = 32
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
#: What Telegram is asked to bring; everything else stays there.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")


class TokenRefused(Exception):
    """Telegram does not know the bot's token."""

    def __init__(self) -> None:
        super().__init__("Telegram refuses the bot's token: check TELEGRAM_TOKEN against what BotFather shows")


@asynccontextmanager
async def open_bot(settings: Settings) -> AsyncIterator[Bot]:
    """The bot of `TELEGRAM_TOKEN` with its connections, closed at the end. Nothing is sent before it is used."""
    assert settings.telegram_token
    _keep_token_out_of_logs()
    talking, polling = _connections(CONNECTIONS), _connections(1)
    api = settings.telegram_api.rstrip("/")
    bot = Bot(
        settings.telegram_token.get_secret_value(),
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        request=talking,
        get_updates_request=polling,
    )
    try:
        yield bot
    finally:
        await talking.shutdown()
        await polling.shutdown()


async def check_token(bot: Bot) -> str:
    """The bot's user name at Telegram. Raises `TokenRefused`, and `telegram.error.NetworkError` when out of reach."""
    try:
        return (await bot.get_me()).username or ""
    except InvalidToken:
        raise TokenRefused from None


async def publish_commands(bot: Bot) -> None:
    """Show the commands in Telegram's menu; without it they work just the same, so a refusal is only logged."""
    try:
        await bot.set_my_commands(list(telegram_words().commands.items()))
    except TelegramError as refusal:
        log.warning("Telegram's menu of commands is not set: %s", refusal.message, extra={"action": "no_commands"})


def account_id(bot: Bot) -> str:
    """The bot's own id, the part of its token that is not secret. Message numbers are unique within it only."""
    return bot.token.partition(":")[0]


def flood_seconds(flood: RetryAfter) -> float:
    """How long Telegram asks us to wait."""
    wait = flood.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()


def _connections(most: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=most,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=ANSWER_SECONDS,
        write_timeout=ANSWER_SECONDS,
        pool_timeout=ANSWER_SECONDS,
    )


def _keep_token_out_of_logs() -> None:
    """Addresses hold the token, and the library prints what it cannot parse; its errors reach us as exceptions."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
