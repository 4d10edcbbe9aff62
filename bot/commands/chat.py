"""`pandu chat`: the same assistant at a prompt, through the same intake and the same turn."""

from __future__ import annotations

import asyncio
import secrets

from sqlalchemy import select

from bot.bootstrap import make_assistant, now
from bot.channels import numbered_titles
from bot.commands.parse import rasa
from bot.commands.session import with_database
from bot.inbound import InboundMessage
from bot.intake import take_in
from bot.settings import Settings
from bot.turn import Assistant, take_turn
from dialogs.messages import Reply
from storage.database import Database, open_database
from storage.models import Direction, Message
from storage.queue import open_queue
from storage.vault import load_or_make_key

CHANNEL = "terminal"


def chat(settings: Settings) -> None:
    """Talk until an empty line of end-of-file (Ctrl-D)."""
    with with_database(settings) as url:
        asyncio.run(_chat(settings, url))


async def _chat(settings: Settings, url: str) -> None:
    print("Starting the language model (about 20 seconds); Ctrl-D ends the conversation.")  # noqa: T201
    database = open_database(url, load_or_make_key(settings.key_file), pool_size=4)
    async with rasa(settings) as nlu:
        assistant = make_assistant(database, nlu, settings.address)
        address = secrets.token_hex(16)
        while (typed := await asyncio.to_thread(_read_line)) is not None:
            for reply in await _say(assistant, database, url, address, typed):
                print(_shown(reply))  # noqa: T201
    await database.close()


async def _say(assistant: Assistant, database: Database, url: str, address: str, typed: str) -> list[Reply]:
    message = InboundMessage(CHANNEL, secrets.token_hex(16), address, text=typed)
    taken = await take_in(database, open_queue(url), message, now())
    await take_turn(assistant, taken.conversation_id)
    async with database.sessions() as session:
        newest = (
            select(Message)
            .where(Message.conversation_id == taken.conversation_id, Message.direction == Direction.OUT)
            .order_by(Message.id.desc())
            .limit(1)
        )
        return [Reply.from_json(row.content) for row in await session.scalars(newest)]


def _read_line() -> str | None:
    try:
        return input("> ")
    except EOFError:
        return None


def _shown(reply: Reply) -> str:
    return "\n".join(["", reply.text, *(title for _, title in numbered_titles(reply)), ""])
