"""Intake: one message of a participant, kept in one transaction together with the turn that will answer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from procrastinate import App
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.inbound import InboundMessage, clean_text
from storage.database import NEWS, Database
from storage.models import Author, Contact, Conversation, Direction, Message, Participant, StoredFile
from storage.models.conversations import FILE_CONTENT
from storage.queue import defer_turn

LONGEST_NAME = 80

_FIND = (
    update(Conversation)
    .where(
        Conversation.contact_id == Contact.id,
        Contact.channel == bindparam("at_channel"),
        Contact.address == bindparam("at_address"),
    )
    .values(updated_at=func.clock_timestamp())
    .returning(Conversation.id, Conversation.contact_id, Contact.display_name, Contact.blocked_at)
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True)
class Taken:
    """What became of a message: its conversation, and whether it was new."""

    conversation_id: int
    is_new: bool


async def take_in(database: Database, queue: App, message: InboundMessage, now: datetime) -> Taken:
    """Keep a message and ask for its turn; a message that is known already changes nothing.

    The conversation's upsert comes first: its row lock keeps ids and commits of one conversation in one order.
    """
    async with database.transaction() as session:
        conversation_id = await find_or_open_conversation(
            session, message.channel, message.address, message.display_name
        )
        message_id = await _store(session, database, conversation_id, message, now)
        if message_id is None:
            return Taken(conversation_id, is_new=False)
        await defer_turn(queue, session, conversation_id)
        return Taken(conversation_id, is_new=True)


async def find_or_open_conversation(
    session: AsyncSession, channel: str, address: str, display_name: str | None = None
) -> int:
    """Id of the conversation with that address, its row locked; opened when it is the first message."""
    name = clean_text(display_name)[:LONGEST_NAME] if display_name else None
    known = (await session.execute(_FIND, {"at_channel": channel, "at_address": address})).one_or_none()
    if known is None:
        return await _open_conversation(session, await _open_contact(session, channel, address, name))
    if known.blocked_at or (name and name != known.display_name):
        values = {"blocked_at": None, "display_name": name or known.display_name}
        await session.execute(update(Contact).where(Contact.id == known.contact_id).values(values))
    return int(known.id)


async def announce(session: AsyncSession, conversation_id: int) -> None:
    """Tell every process, once this transaction commits, that a conversation changed. A new message tells itself."""
    await session.execute(select(func.pg_notify(NEWS, str(conversation_id))))


async def _open_conversation(session: AsyncSession, contact_id: int) -> int:
    conversation_id = await session.scalar(
        insert(Conversation)
        .values(contact_id=contact_id)
        .on_conflict_do_update(index_elements=["contact_id"], set_={"updated_at": func.clock_timestamp()})
        .returning(Conversation.id)
    )
    assert isinstance(conversation_id, int)
    return conversation_id


async def _open_contact(session: AsyncSession, channel: str, address: str, name: str | None) -> int:
    """A contact with its participant; when two first messages meet, the second waits for the first one's row."""
    participant_id = await session.scalar(insert(Participant).returning(Participant.id))
    contact_id, kept_participant = (
        await session.execute(
            insert(Contact)
            .values(participant_id=participant_id, channel=channel, address=address, display_name=name)
            .on_conflict_do_update(index_elements=["channel", "address"], set_={"address": address})
            .returning(Contact.id, Contact.participant_id)
        )
    ).one()
    if kept_participant != participant_id:
        await session.execute(delete(Participant).where(Participant.id == participant_id))
    return int(contact_id)


async def _store(
    session: AsyncSession, database: Database, conversation_id: int, message: InboundMessage, now: datetime
) -> int | None:
    """Id of the stored message, or None when the channel delivered it before."""
    vault = database.vault
    message_id = await session.scalar(
        insert(Message)
        .values(
            conversation_id=conversation_id,
            channel=message.channel,
            direction=Direction.IN,
            author=Author.PARTICIPANT,
            external_id=message.external_id,
            text=clean_text(message.text),
            content=_content(message),
            phone_sealed=vault.seal(message.phone, "messages.phone") if message.phone else None,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["channel", "external_id"])
        .returning(Message.id)
    )
    if message_id is not None:
        session.add_all(
            StoredFile(
                conversation_id=conversation_id,
                message_id=message_id,
                name=clean_text(file.name)[:LONGEST_NAME],
                media_type=file.media_type,
                size=len(file.content),
                content_sealed=vault.seal(file.content, FILE_CONTENT),
            )
            for file in message.files
        )
    return message_id


def _content(message: InboundMessage) -> dict[str, object]:
    content = {
        "choice": message.choice,
        "refused_file": message.refused_file,
        "unsupported": message.unsupported,
        "edited": message.edited,
        "start": message.start,
    }
    return {name: value for name, value in content.items() if value}
