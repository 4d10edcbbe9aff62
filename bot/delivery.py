"""Delivery: queued messages are claimed, sent by their channel, and recorded, in order within a conversation.

After a crash between sending and recording a reply goes out again: better twice than silence.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, undefer

from bot.channels import Attachment, Blocked, Channel, TryLater, Undeliverable
from bot.pace import Pace
from dialogs.messages import Reply
from dialogs.ports import HandoffReason
from storage.database import Database
from storage.handoffs import request_person
from storage.models import Author, Contact, Conversation, Delivery, Holder, Message, StoredFile
from storage.models.conversations import FILE_CONTENT
from storage.vault import Vault

log = logging.getLogger(__name__)

#: As many conversations are sent to at once.
AT_ONCE = 16
#: A message that the channel did not take for so long is given up and a person told.
LONGEST_TRY = timedelta(hours=24)


@dataclass(frozen=True)
class Outgoing:
    """A claimed message."""

    id: int
    conversation_id: int
    address: str
    reply: Reply
    created_at: datetime
    attachments: tuple[Attachment, ...] = ()


async def deliver_replies(database: Database, channel: Channel, pace: Pace, now: datetime) -> int:
    """Send what is queued on a channel, at most one message a conversation; returns how many were claimed."""
    claimed = await _claim(database, channel.name, now)
    await asyncio.gather(*(_deliver(database, channel, pace, outgoing, now) for outgoing in claimed))
    return len(claimed)


async def free_claimed(database: Database, channel: str) -> None:
    """Queue again what an earlier sender claimed and did not finish; only the channel's one sender may call this."""
    async with database.transaction() as session:
        await session.execute(
            update(Message)
            .where(Message.channel == channel, Message.delivery == Delivery.CLAIMED)
            .values(delivery=Delivery.QUEUED)
        )


async def _claim(database: Database, channel: str, now: datetime) -> Sequence[Outgoing]:
    async with database.transaction() as session:
        await _withhold_where_a_person_speaks(session, channel)
        heads = (await session.execute(_heads(channel, now))).all()
        await session.execute(
            update(Message)
            .where(Message.id.in_([message.id for message, _ in heads]))
            .values(delivery=Delivery.CLAIMED, claimed_at=now, attempts=Message.attempts + 1)
        )
        attachments = await _attachments(session, database.vault, [message.id for message, _ in heads])
    return [
        Outgoing(
            message.id,
            message.conversation_id,
            address,
            Reply.from_json(message.content),
            message.created_at,
            tuple(attachments[message.id]),
        )
        for message, address in heads
    ]


async def _attachments(
    session: AsyncSession, vault: Vault, message_ids: Sequence[int]
) -> defaultdict[int, list[Attachment]]:
    """The files that go out with messages, by message."""
    rows = select(StoredFile).where(StoredFile.message_id.in_(message_ids)).order_by(StoredFile.id)
    found: defaultdict[int, list[Attachment]] = defaultdict(list)
    for row in await session.scalars(rows.options(undefer(StoredFile.content_sealed))):
        assert row.message_id is not None
        content = vault.open(row.content_sealed, FILE_CONTENT)
        found[row.message_id].append(Attachment(row.name, row.media_type, content))
    return found


def _heads(channel: str, now: datetime) -> Select[Message, str]:
    """The first undelivered message of each conversation on that channel, if its time has come."""
    earlier = aliased(Message)
    return (
        select(Message, Contact.address)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(
            Message.channel == channel,
            Message.delivery == Delivery.QUEUED,
            Message.deliver_after.is_(None) | (Message.deliver_after <= now),
            ~exists().where(
                earlier.conversation_id == Message.conversation_id,
                earlier.id < Message.id,
                earlier.delivery.in_([Delivery.QUEUED, Delivery.CLAIMED]),
            ),
        )
        .order_by(Message.id)
        .limit(AT_ONCE)
        .with_for_update(of=Message, skip_locked=True)
    )


async def _withhold_where_a_person_speaks(session: AsyncSession, channel: str) -> None:
    """From takeover to release no bot text leaves, also none that was queued before."""
    held = select(Conversation.id).where(Conversation.holder == Holder.AGENT)
    await session.execute(
        update(Message)
        .where(
            Message.channel == channel,
            Message.delivery == Delivery.QUEUED,
            Message.author.in_([Author.BOT, Author.NUDGE]),
            Message.conversation_id.in_(held),
        )
        .values(delivery=Delivery.WITHHELD)
    )


async def _deliver(database: Database, channel: Channel, pace: Pace, outgoing: Outgoing, now: datetime) -> None:
    await pace.reply()
    try:
        channel_message_id = await channel.send(outgoing.address, outgoing.reply, outgoing.attachments)
    except TryLater as busy:
        pace.rest(busy.seconds)
        await _record(database, outgoing, **_later(outgoing, now, busy.seconds))
    except Blocked:
        await _record(database, outgoing, delivery=Delivery.BLOCKED)
        await _mark_blocked(database, outgoing, now)
    except Undeliverable as refusal:
        log.warning("A reply cannot be delivered", extra={"action": "undeliverable", "message_id": outgoing.id})
        await _record(database, outgoing, delivery=Delivery.FAILED, delivery_error=str(refusal))
        await _call_person(database, outgoing, now)
    else:
        await _record(
            database, outgoing, delivery=Delivery.SENT, delivered_at=now, channel_message_id=channel_message_id
        )


def _later(outgoing: Outgoing, now: datetime, seconds: float) -> dict[str, object]:
    if now - outgoing.created_at > LONGEST_TRY:
        return {"delivery": Delivery.FAILED, "delivery_error": "the channel did not take it for a day"}
    return {"delivery": Delivery.QUEUED, "deliver_after": now + timedelta(seconds=seconds)}


async def _record(database: Database, outgoing: Outgoing, **values: object) -> None:
    async with database.transaction() as session:
        await session.execute(update(Message).where(Message.id == outgoing.id).values(**values))


async def _mark_blocked(database: Database, outgoing: Outgoing, now: datetime) -> None:
    async with database.transaction() as session:
        conversation = await session.get_one(Conversation, outgoing.conversation_id)
        await session.execute(update(Contact).where(Contact.id == conversation.contact_id).values(blocked_at=now))


async def _call_person(database: Database, outgoing: Outgoing, now: datetime) -> None:
    async with database.transaction() as session:
        conversation = await session.get_one(Conversation, outgoing.conversation_id, with_for_update=True)
        await request_person(session, conversation, HandoffReason.FAILED_TURN, now)
