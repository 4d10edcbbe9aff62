"""The webhook: Telegram posts updates to us, and gets its 200 after they are committed."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, FastAPI, Header, HTTPException, Request
from telegram import Bot, Update
from telegram.error import InvalidToken, TelegramError

from bot.background import in_background
from bot.services import Needs, Services
from bot.settings import Settings
from bot.telegram.api import ALLOWED_UPDATES, TokenRefused, open_bot, publish_commands
from bot.telegram.receive import receive
from storage.vault import Vault

log = logging.getLogger(__name__)

PATH = "/telegram/webhook"
#: So many updates Telegram sends at once, each of another chat.
MAX_CONNECTIONS = 20
RETRY_SECONDS = 30.0


def serves_webhook(settings: Settings) -> bool:
    """Whether Telegram comes to us: it needs an address that it can reach."""
    return bool(settings.telegram_token and settings.public_url)


def webhook_secret(vault: Vault, token: str) -> str:
    """What only Telegram and the holders of our key know."""
    return vault.fingerprint(f"telegram webhook {token}").hex()


async def register(bot: Bot, public_url: str, secret: str) -> None:
    """Ask Telegram to post updates to our address. Raises `TokenRefused` and `telegram.error.TelegramError`."""
    try:
        await bot.set_webhook(
            f"{public_url.rstrip('/')}{PATH}",
            allowed_updates=ALLOWED_UPDATES,
            max_connections=MAX_CONNECTIONS,
            secret_token=secret,
        )
    except InvalidToken:
        raise TokenRefused from None


@asynccontextmanager
async def receiving(app: FastAPI) -> AsyncIterator[None]:
    """Have the webhook registered while the app runs; in the background, for the web chat needs no Telegram."""
    services = app.state.services
    assert isinstance(services, Services)
    async with open_bot(services.settings) as bot:
        app.state.telegram = bot
        async with in_background(_register_patiently(bot, services)):
            yield


router = APIRouter(lifespan=receiving)


@router.post(PATH)
async def webhook(
    request: Request,
    services: Needs,
    secret: Annotated[str, Header(alias="X-Telegram-Bot-Api-Secret-Token")] = "",
) -> dict[str, bool]:
    """Keep one update. Without our secret nothing is read."""
    bot: Bot = request.app.state.telegram
    expected = webhook_secret(services.database.vault, bot.token)
    if not hmac.compare_digest(secret.encode(), expected.encode()):
        log.warning("A stranger called the Telegram webhook", extra={"action": "webhook_stranger"})
        raise HTTPException(403)
    try:
        update = Update.de_json(await request.json(), bot)
    except (ValueError, TypeError, KeyError, AttributeError):  # the library's words for a shape it does not know
        log.exception("An update cannot be read", extra={"action": "update_unreadable"})
        raise HTTPException(400) from None
    await receive(bot, services, [update])
    return {"ok": True}


async def _register_patiently(bot: Bot, services: Services) -> None:
    assert services.settings.public_url
    while True:
        try:
            await register(bot, services.settings.public_url, webhook_secret(services.database.vault, bot.token))
            await publish_commands(bot)
        except TokenRefused as refusal:
            log.critical("%s", refusal, extra={"action": "webhook_refused"})
            return
        except TelegramError as trouble:
            log.warning("The webhook is not set yet: %s", trouble.message, extra={"action": "webhook_waits"})
            await asyncio.sleep(RETRY_SECONDS)
        else:
            return
