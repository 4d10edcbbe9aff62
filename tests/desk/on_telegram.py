"""A participant who reads on Telegram what the desk does."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bot.delivery import deliver_replies
from bot.inbound import InboundMessage
from bot.intake import take_in
from bot.pace import Pace
from bot.services import Services
from bot.settings import Settings
from bot.telegram.api import open_bot
from bot.telegram.gateway import TelegramChannel
from storage.database import Database
from tests.telegram_server import TOKEN, serving
from tests.telegram_server.world import Json

CHAT = 42


async def writes_on_telegram(database: Database, services: Services, text: str, now: datetime) -> int:
    """The conversation of a participant who wrote on Telegram."""
    message = InboundMessage("telegram", "update-1", str(CHAT), text, "Siti")
    return (await take_in(database, services.queue, message, now)).conversation_id


async def arrives_on_telegram(database: Database, home: Path, now: datetime) -> list[Json]:
    """What waits for that participant, as it arrives over Telegram's own protocol."""
    async with serving() as server:
        siti = server.participant(CHAT)
        siti.starts()
        settings = Settings(home=home, telegram_token=TOKEN, telegram_api=server.address, _env_file=None)  # type: ignore[call-arg]
        async with open_bot(settings) as bot:
            while await deliver_replies(database, TelegramChannel(bot), Pace(1_000), now):
                pass
        return list(siti.messages)
