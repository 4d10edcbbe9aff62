"""Albums: Telegram delivers each photo as a message of its own; those that came together become one message.

An item is known by its own number, kept in the merged message's external id, so that a second delivery that is cut
differently brings only the items that are new. Items whose file was refused stay messages of their own: the good
photos are kept, and the refusal is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from bot.inbound import InboundMessage
from bot.telegram.api import CHANNEL
from bot.telegram.translate import ALBUM
from storage.database import Database
from storage.models import Message


async def joined(database: Database, messages: Sequence[InboundMessage]) -> list[InboundMessage]:
    """The messages of one album, joined and without the items that are stored; other messages as they are."""
    if not messages or not messages[0].external_id.startswith(ALBUM):
        return list(messages)
    album, _, _ = messages[0].external_id.rpartition(":")
    known = await _stored_items(database, album)
    new = [message for message in messages if _item(message) not in known]
    kept = [message for message in new if message.files]
    return [*_as_one(album, kept), *(message for message in new if not message.files)]


def _as_one(album: str, items: list[InboundMessage]) -> list[InboundMessage]:
    if not items:
        return []
    return [
        replace(
            items[0],
            external_id=f"{album}:{'+'.join(_item(item) for item in items)}",
            text="\n".join(item.text for item in items if item.text),
            files=tuple(file for item in items for file in item.files),
        )
    ]


def _item(message: InboundMessage) -> str:
    return message.external_id.rpartition(":")[2]


async def _stored_items(database: Database, album: str) -> set[str]:
    async with database.sessions() as session:
        ids = await session.scalars(
            select(Message.external_id).where(
                Message.channel == CHANNEL, Message.external_id.startswith(f"{album}:", autoescape=True)
            )
        )
    return {item for external_id in ids if external_id for item in external_id.rpartition(":")[2].split("+")}
