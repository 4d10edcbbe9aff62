"""The turn: the oldest unanswered message of a conversation is understood, answered and marked, exactly once.

Rasa is asked before the transaction; inside it the conversation's row is locked, who holds it is read again, and the
reply, the new state and everything the dialog recorded are stored together or not at all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.nlu import NluClient, NluUnavailable
from dialogs.denials import undenied
from dialogs.engine import respond
from dialogs.messages import FileReference, Inbound, Reply, Understanding
from dialogs.ports import HandoffReason
from dialogs.routing import Catalogue
from dialogs.state import DialogState
from dialogs.turns import Turn
from dialogs.words import Words
from knowledge_base.library import Library
from storage.case import StoredCase
from storage.database import Database
from storage.forgetting import forget
from storage.handoffs import request_person
from storage.lessons import note_denied
from storage.models import (
    Author,
    Contact,
    Conversation,
    Delivery,
    Direction,
    Holder,
    Message,
    Participant,
    StoredFile,
)

log = logging.getLogger(__name__)

#: A turn that fails so often is given up: the participant is told, and a person gets it.
ATTEMPTS = 3
#: Channels whose delivery is the committed row itself.
DELIVERED_BY_ROW = frozenset({"web", "terminal"})


@dataclass
class Assistant:
    """What every turn needs. Its library is swapped whole when texts change; a turn keeps the one it began with."""

    database: Database
    nlu: NluClient | None
    catalogue: Catalogue
    library: Library
    words: Words
    clock: Callable[[], datetime]
    #: The address people reach us at, for links.
    address: str = ""
    #: Failed attempts by message, of this process; a crash does not count as one.
    failures: dict[int, int] = field(default_factory=dict)

    def speak_from(self, library: Library) -> None:
        """Answer from that library from the next turn on."""
        self.library = library


@dataclass(frozen=True)
class Heard:
    """How Rasa read a message, or that it could not be asked."""

    understanding: Understanding | None = None
    nlu_down: bool = False


async def take_turn(assistant: Assistant, conversation_id: int) -> None:
    """Answer what is not answered yet in a conversation, oldest first, until nothing is left.

    Several workers may be at it: the row lock lets one answer, and the others find it answered.
    """
    while (waiting := await _oldest_unanswered(assistant.database, conversation_id)) is not None:
        try:
            heard = await _hear(assistant, waiting)
            async with assistant.database.transaction() as session:
                await _answer(assistant, session, waiting.id, heard)
        except Exception:
            if not await _give_up(assistant, waiting.id):
                raise
            log.exception("A turn failed for good", extra={"action": "turn_failed", "message_id": waiting.id})
        assistant.failures.pop(waiting.id, None)


@dataclass(frozen=True)
class _Waiting:
    id: int
    text: str
    needs_reading: bool


#: Read on its own, outside of any transaction: what is found is checked again under the lock.
_OLDEST_UNANSWERED = (
    select(Message.id, Message.text, Message.content, Conversation.holder)
    .join(Conversation, Conversation.id == Message.conversation_id)
    .where(
        Message.conversation_id == bindparam("conversation_id"),
        Message.direction == Direction.IN,
        Message.answered_at.is_(None),
    )
    .order_by(Message.id)
    .limit(1)
)


async def _oldest_unanswered(database: Database, conversation_id: int) -> _Waiting | None:
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        row = (await connection.execute(_OLDEST_UNANSWERED, {"conversation_id": conversation_id})).one_or_none()
    if row is None:
        return None
    readable = any(letter.isalnum() for letter in row.text) and "choice" not in row.content
    return _Waiting(row.id, row.text, needs_reading=readable and row.holder != Holder.AGENT)


async def _hear(assistant: Assistant, waiting: _Waiting) -> Heard:
    if not waiting.needs_reading:
        return Heard()
    if assistant.nlu is None:
        return Heard(nlu_down=True)
    try:
        return Heard(await assistant.nlu.understand(undenied(waiting.text) or waiting.text))
    except NluUnavailable as unavailable:
        log.warning("Rasa did not answer: %s", unavailable, extra={"action": "nlu_unavailable"})
        return Heard(nlu_down=True)


async def _answer(assistant: Assistant, session: AsyncSession, message_id: int, heard: Heard) -> None:
    place = await _lock(session, message_id)
    if place is None:
        return
    now, outcome = assistant.clock(), None
    if place.conversation.holder != Holder.AGENT:
        turn = await _turn(assistant, session, place, heard, now)
        outcome = await respond(turn, assistant.catalogue)
    message = place.message
    message.answered_at = now
    if heard.understanding:
        message.understanding = asdict(heard.understanding)
    if outcome is None:
        return
    place.conversation.state = outcome.state.to_json()
    message.decision, message.intent = outcome.decision, outcome.intent
    said = reply_row(message.conversation_id, place.contact, outcome.reply, now, answers=message.id)
    session.add(said)
    if outcome.denies:
        await note_denied(session, message.conversation_id, message.id, now)
    if place.conversation.forgotten_at == now:
        await forget(session, place.conversation, place.contact, message, said, now)


@dataclass(frozen=True)
class _Place:
    """An unanswered message and its conversation, both rows locked; whose it is, and what time it is there."""

    conversation: Conversation
    message: Message
    contact: Contact
    time_zone: str
    has_files: bool


#: Locked rows are read in their newest version: a message that was answered meanwhile is not found.
_LOCK = (
    select(
        Conversation,
        Message,
        Contact,
        Participant.time_zone,
        exists().where(StoredFile.message_id == Message.id),
    )
    .join(Message, Message.conversation_id == Conversation.id)
    .join(Contact, Contact.id == Conversation.contact_id)
    .join(Participant, Participant.id == Contact.participant_id)
    .where(Message.id == bindparam("message_id"), Message.answered_at.is_(None))
    .with_for_update(of=(Conversation, Message))
)


async def _lock(session: AsyncSession, message_id: int) -> _Place | None:
    row = (await session.execute(_LOCK, {"message_id": message_id})).one_or_none()
    return _Place(*row) if row else None


async def _turn(assistant: Assistant, session: AsyncSession, place: _Place, heard: Heard, now: datetime) -> Turn:
    vault = assistant.database.vault
    files = await _files(session, place.message.id) if place.has_files else ()
    return Turn(
        inbound=_inbound(assistant.database, place.message, files),
        understanding=heard.understanding,
        nlu_down=heard.nlu_down,
        state=DialogState.from_json(place.conversation.state),
        now=now.astimezone(ZoneInfo(place.time_zone)),
        case=StoredCase(session, vault, place.conversation, place.contact, place.message.id, now, assistant.address),
        library=assistant.library,
        words=assistant.words,
        waiting_for_person=place.conversation.holder == Holder.WAITING,
    )


def _inbound(database: Database, message: Message, files: tuple[FileReference, ...]) -> Inbound:
    content = message.content
    return Inbound(
        text=message.text,
        choice=content.get("choice"),
        phone=database.vault.open_text(message.phone_sealed, "messages.phone") if message.phone_sealed else None,
        files=files,
        refused_file=content.get("refused_file"),
        unsupported=content.get("unsupported"),
        edited=bool(content.get("edited")),
        start=content.get("start"),
    )


async def _files(session: AsyncSession, message_id: int) -> tuple[FileReference, ...]:
    rows = await session.scalars(select(StoredFile).where(StoredFile.message_id == message_id).order_by(StoredFile.id))
    return tuple(FileReference(row.id, row.name, row.media_type, row.size) for row in rows)


def reply_row(
    conversation_id: int,
    contact: Contact,
    reply: Reply,
    now: datetime,
    *,
    author: Author = Author.BOT,
    answers: int | None = None,
    staff_id: int | None = None,
) -> Message:
    """The row of a message to a participant, delivered with the commit or queued for the channel's sender."""
    by_row = contact.channel in DELIVERED_BY_ROW
    return Message(
        conversation_id=conversation_id,
        channel=contact.channel,
        direction=Direction.OUT,
        author=author,
        staff_id=staff_id,
        text=reply.text,
        content=reply.to_json(),
        article=reply.article,
        created_at=now,
        answers_id=answers,
        delivery=Delivery.SENT if by_row else Delivery.QUEUED,
        delivered_at=now if by_row else None,
    )


async def _give_up(assistant: Assistant, message_id: int) -> bool:
    """After the last attempt: tell the participant and put the conversation on the waiting list."""
    assistant.failures[message_id] = assistant.failures.get(message_id, 0) + 1
    if assistant.failures[message_id] < ATTEMPTS:
        return False
    async with assistant.database.transaction() as session:
        place = await _lock(session, message_id)
        if place is not None:
            await _tell_failure(assistant, session, place)
    return True


async def _tell_failure(assistant: Assistant, session: AsyncSession, place: _Place) -> None:
    now = assistant.clock()
    place.message.answered_at = place.message.failed_at = now
    await request_person(session, place.conversation, HandoffReason.FAILED_TURN, now)
    if place.conversation.holder != Holder.AGENT:
        apology = Reply(assistant.words.say("turn/failed"))
        session.add(reply_row(place.conversation.id, place.contact, apology, now, answers=place.message.id))
