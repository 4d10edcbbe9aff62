"""Lessons: messages that were not answered rightly, by whose word, and what administrators made of them.

A lesson points at its message and holds no copy of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.denials import undenied
from dialogs.typed import plain, whole_number
from storage.audit import audit
from storage.desk_work import free_to_write
from storage.models import Author, Cause, Conversation, Direction, Lesson, Message, Settlement, Staff
from storage.staff_sessions import SignedIn

#: How many messages back a question is looked for behind a button or the answer to a form.
_LOOK_BACK = 6
_SHORTEST_WORDING = 3
LONGEST_LIST = 100


@dataclass(frozen=True)
class Settled:
    """What an administrator did about some messages at one moment."""

    settlement: str
    by: str
    at: datetime
    intent: str | None
    articles: tuple[str, ...]
    message_ids: tuple[int, ...]
    example: str


async def note_denied(session: AsyncSession, conversation_id: int, message_id: int, now: datetime) -> None:
    """The participant says with this message that the one before was not understood rightly."""
    await _note_question(session, conversation_id, message_id - 1, Cause.DENIED, now)


async def note_not_helped(session: AsyncSession, conversation_id: int, slug: str, now: datetime) -> None:
    """An article did not help: the question it answered is to be looked at."""
    answered = (
        select(func.max(Message.answers_id))
        .where(Message.conversation_id == conversation_id, Message.article == slug)
        .scalar_subquery()
    )
    asked = await session.scalar(select(answered))
    if asked is not None:
        await _note_question(session, conversation_id, asked, Cause.NOT_HELPED, now)


async def mark(
    session: AsyncSession, who: SignedIn, conversation_id: int, message_id: int, intent: str, now: datetime
) -> bool:
    """Keep what an agent says a message was about; False when there is no such message of the participant.

    Raises `UnknownConversation`, and `NotHolding` while a colleague holds the conversation.
    """
    await free_to_write(session, who, conversation_id)
    theirs = (Message.conversation_id == conversation_id, Message.author == Author.PARTICIPANT, Message.text != "")
    if await session.scalar(select(Message.id).where(Message.id == message_id, *theirs)) is None:
        return False
    marked = {"cause": Cause.CORRECTED, "intent": intent, "noted_by": who.staff_id}
    kept = insert(Lesson).values(message_id=message_id, conversation_id=conversation_id, created_at=now, **marked)
    await session.execute(kept.on_conflict_do_update(index_elements=["message_id"], set_=marked))
    audit(session, "message_marked", f"message {message_id}", who.staff_id, now, intent=intent)
    return True


async def hold_messages(session: AsyncSession, message_ids: Sequence[int]) -> list[int]:
    """The messages that are still there. Their conversations are locked, so none is forgotten before this commits."""
    of_them = select(Message.conversation_id).where(*_these(message_ids))
    locked = select(Conversation.id).where(Conversation.id.in_(of_them)).order_by(Conversation.id)
    await session.execute(locked.with_for_update(read=True, key_share=True))
    return list(await session.scalars(select(Message.id).where(*_these(message_ids))))


async def settle(
    session: AsyncSession,
    message_ids: Sequence[int],
    settlement: Settlement,
    staff_id: int,
    now: datetime,
    *,
    intent: str | None = None,
    article: str | None = None,
) -> int:
    """Take messages off the list; returns how many were still on it.

    With an article also those that were settled before: a revision of it has their wordings from now on.
    """
    await hold_messages(session, message_ids)
    done: dict[str, Any] = {"settlement": settlement, "settled_by": staff_id, "settled_at": now}
    if intent is not None:
        done["intent"] = intent
    borrowed = [article] if article else []
    given = {"created_at": now, "articles": borrowed, **done}
    values = [literal(value, Lesson.__table__.c[name].type) for name, value in given.items()]
    rows = select(Message.id, Message.conversation_id, *values).where(*_these(message_ids))
    kept = insert(Lesson).from_select(["message_id", "conversation_id", *given], rows)
    settled = await session.scalars(
        kept.on_conflict_do_update(
            index_elements=["message_id"],
            set_={**done, "articles": Lesson.articles + kept.excluded.articles},
            where=None if article else Lesson.settlement.is_(None),
        ).returning(Lesson.message_id)
    )
    number = len(settled.all())
    if number:
        detail: dict[str, Any] = {"messages": number, "intent": intent, "article": article}
        told = {name: value for name, value in detail.items() if value is not None}
        audit(session, f"question_{settlement}", f"message {max(message_ids)}", staff_id, now, **told)
    return number


async def reopen(session: AsyncSession, message_ids: Sequence[int], staff_id: int, now: datetime) -> int:
    """Put settled messages back on the list; returns how many."""
    opened = await session.scalars(
        update(Lesson)
        .where(Lesson.message_id.in_(message_ids), Lesson.settlement.is_not(None))
        .values(settlement=None, settled_by=None, settled_at=None)
        .returning(Lesson.message_id)
    )
    number = len(opened.all())
    if number:
        audit(session, "question_reopened", f"message {max(message_ids)}", staff_id, now, messages=number)
    return number


async def settled_lately(session: AsyncSession) -> list[Settled]:
    """What administrators did, newest first."""
    together = (Lesson.settlement, Staff.name, Lesson.settled_at, Lesson.intent, Lesson.articles)
    ids = func.array_agg(Lesson.message_id)
    found = await session.execute(
        select(*together, ids, func.max(Message.text))
        .join(Message, Message.id == Lesson.message_id)
        .join(Staff, Staff.id == Lesson.settled_by)
        .where(Lesson.settlement.is_not(None))
        .group_by(*together)
        .order_by(Lesson.settled_at.desc())
        .limit(LONGEST_LIST)
    )
    return [
        Settled(what, by, at, intent, tuple(articles), tuple(message_ids), " ".join(text.split()))
        for what, by, at, intent, articles, message_ids, text in found
        if what and at
    ]


async def marks_of(session: AsyncSession, message_ids: Sequence[int]) -> Mapping[int, tuple[str, str | None]]:
    """The intents people gave to messages, each with the name of who did last."""
    labelled = Lesson.settlement == Settlement.LABELLED
    found = await session.execute(
        select(Lesson.message_id, Lesson.intent, Staff.name)
        .outerjoin(Staff, Staff.id == case((labelled, Lesson.settled_by), else_=Lesson.noted_by))
        .where(Lesson.message_id.in_(message_ids), Lesson.intent.is_not(None))
    )
    return {message_id: (intent, name) for message_id, intent, name in found if intent}


async def _note_question(
    session: AsyncSession, conversation_id: int, at_most: int, cause: Cause, now: datetime
) -> None:
    """Keep the newest question up to that message; buttons, digits and answers to a form are no questions."""
    rows = await session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.direction == Direction.IN, Message.id <= at_most)
        .order_by(Message.id.desc())
        .limit(_LOOK_BACK)
    )
    asked = next((row for row in rows if _is_question(row)), None)
    if asked is not None:
        kept = insert(Lesson).values(message_id=asked.id, conversation_id=conversation_id, cause=cause, created_at=now)
        await session.execute(
            kept.on_conflict_do_update(
                index_elements=["message_id"], set_={"cause": cause}, where=Lesson.cause.is_(None)
            )
        )


def _is_question(message: Message) -> bool:
    typed = plain(message.text)
    is_wording = len(typed) >= _SHORTEST_WORDING and whole_number(message.text) is None and undenied(message.text) != ""
    return is_wording and message.intent is not None and not {"choice", "start"} & message.content.keys()


def _these(message_ids: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    return Message.id.in_(message_ids), Message.direction == Direction.IN, Message.text != ""
