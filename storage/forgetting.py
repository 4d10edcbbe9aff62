"""Forgetting a participant: what is deleted, what stays without a trace of them, in every table.

Ownership follows foreign keys: a row belongs to a participant when a key of it leads to them or to their conversation.
It is deleted, unless its table stands in `ANONYMISED`. The conversation keeps only the goodbye, so that it can be
delivered; `forget_the_rest` takes that away too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.audit import audit
from storage.borrowed_wordings import return_wordings
from storage.models import AuditEntry, Base, Contact, Conversation, Delivery, Direction, Holder, Message, Participant

#: Rows that must stay, and what is taken out of them.
ANONYMISED: Final[Mapping[str, frozenset[str]]] = {
    "participants": frozenset({"nudge_days_before", "nudge_hour", "nudges_rest_until"}),
    "memberships": frozenset({"monthly_amount", "sponsor"}),
    "periods": frozenset(),
    "payments": frozenset({"message_id", "reference"}),
    "nudges": frozenset({"message_id"}),
    "consents": frozenset({"message_id"}),
}
#: Handled by name: the goodbye is delivered through them.
_CARRIERS: Final = frozenset({"conversations", "contacts", "messages"})
#: Keys that do not say whose a row is.
_NOT_OWNERS: Final = frozenset({"staff", "messages"})
#: How the audit log names rows of a table: by which word and column.
_SUBJECTS: Final = {
    "conversations": ("conversation", "id"),
    "leads": ("lead", "id"),
    "files": ("file", "id"),
    "complaints": ("complaint", "number"),
    "memberships": ("membership", "id"),
    "periods": ("period", "id"),
    "payment_reports": ("report", "id"),
    "registrations": ("registration", "id"),
}
#: As long as the goodbye stays, so that an open page can still show it.
GOODBYE_STAYS: Final = timedelta(minutes=10)


async def forget(
    session: AsyncSession, conversation: Conversation, contact: Contact, last: Message, goodbye: Message, now: datetime
) -> None:
    """Delete or make anonymous all that is known of the participant of this (locked) conversation.

    The contact gets a new, empty participant: whoever writes from there begins anew.
    """
    await session.flush()
    participant_id = contact.participant_id
    conversations = list(await session.scalars(_conversations_of(participant_id)))
    whose = _Whose(participant_id, conversations)
    await _clean_audit_log(session, whose)
    await return_wordings(session, conversations)
    for table in reversed(Base.metadata.sorted_tables):
        owned = whose.owns(table)
        if owned is None or table.name in _CARRIERS:
            continue
        if table.name in ANONYMISED:
            await _anonymise(session, table, owned)
        else:
            await session.execute(delete(table).where(owned))
    await _settle(session, participant_id, now)
    await session.execute(
        delete(Message).where(Message.conversation_id.in_(conversations), Message.id.not_in([last.id, goodbye.id]))
    )
    await _begin_anew(session, conversation, contact, now)
    _empty(last)
    await session.execute(
        delete(Conversation).where(Conversation.id.in_(conversations), Conversation.id != conversation.id)
    )
    await session.execute(delete(Contact).where(Contact.participant_id == participant_id))
    audit(session, "forgotten", f"participant {participant_id}", None, now)


async def forget_the_rest(session: AsyncSession, now: datetime) -> int:
    """Delete the goodbyes that were delivered and the addresses they went to; returns how many were finished.

    Who wrote again meanwhile has begun anew and is left alone.
    """
    due = select(Conversation).where(Conversation.forgotten_at < now - GOODBYE_STAYS)
    finished = 0
    for conversation in await session.scalars(due.with_for_update(skip_locked=True)):
        if await _has(session, conversation, Message.created_at > conversation.forgotten_at, Direction.IN):
            conversation.forgotten_at = None
        elif not await _has(
            session, conversation, Message.delivery.in_([Delivery.QUEUED, Delivery.CLAIMED]), Direction.OUT
        ):
            await _delete_carriers(session, conversation)
            finished += 1
    return finished


class _Whose:
    """Which rows belong to one participant."""

    def __init__(self, participant_id: int, conversations: Collection[int]) -> None:
        self._participant_id = participant_id
        self._conversations = conversations

    def owns(self, table: Table) -> ColumnElement[bool] | None:
        """The condition under which a row of the table is theirs; None when no key of it leads to a participant."""
        if table.name == "participants":
            return table.c.id == self._participant_id
        by_key = (self._by(key.parent, key.column.table) for key in table.foreign_keys)
        found = [condition for condition in by_key if condition is not None]
        return or_(*found) if found else None

    def _by(self, column: ColumnElement[Any], target: Table) -> ColumnElement[bool] | None:
        if target.name in _NOT_OWNERS:
            return None
        if target.name == "participants":
            return column == self._participant_id
        if target.name == "conversations":
            return column.in_(self._conversations)
        owned = self.owns(target)
        return None if owned is None else column.in_(select(target.c.id).where(owned))


def _conversations_of(participant_id: int) -> Any:
    mine = select(Contact.id).where(Contact.participant_id == participant_id)
    return select(Conversation.id).where(Conversation.contact_id.in_(mine))


async def _anonymise(session: AsyncSession, table: Table, owned: ColumnElement[bool]) -> None:
    emptied = dict.fromkeys(ANONYMISED[table.name] & set(table.c.keys()))
    if emptied:
        await session.execute(update(table).where(owned).values(emptied))


async def _settle(session: AsyncSession, participant_id: int, now: datetime) -> None:
    """Nothing is sent any more and every consent has ended."""
    tables, today = Base.metadata.tables, now.date()
    theirs: list[tuple[str, dict[str, Any], tuple[str, Any] | None]] = [
        ("participants", {"nudges_wanted": False}, None),
        ("memberships", {"ended_on": today}, ("ended_on", None)),
        ("consents", {"withdrawn_at": now}, ("withdrawn_at", None)),
        ("nudges", {"state": "suppressed", "reason": "ended"}, ("state", "planned")),
    ]
    for name, values, only in theirs:
        table = tables[name]
        key = table.c.id if name == "participants" else table.c.participant_id
        change = update(table).where(key == participant_id).values(values)
        await session.execute(change if only is None else change.where(table.c[only[0]].is_not_distinct_from(only[1])))


async def _clean_audit_log(session: AsyncSession, whose: _Whose) -> None:
    """Take out of the audit log what somebody typed about this participant; that it happened stays."""
    for name, (word, column) in _SUBJECTS.items():
        table = Base.metadata.tables.get(name)
        if table is None or (owned := whose.owns(table)) is None:
            continue
        subjects = select(func.concat(f"{word} ", table.c[column])).where(owned)
        await session.execute(
            update(AuditEntry)
            .where(AuditEntry.subject.in_(subjects))
            .values(detail=AuditEntry.detail.op("-")("reason"))
            .execution_options(synchronize_session=False)
        )


async def _begin_anew(session: AsyncSession, conversation: Conversation, contact: Contact, now: datetime) -> None:
    contact.participant_id = (await session.execute(insert(Participant).returning(Participant.id))).scalar_one()
    contact.display_name = None
    conversation.state, conversation.forgotten_at = {}, now
    conversation.holder, conversation.agent_id, conversation.agent_active_at = Holder.BOT, None, None
    await session.flush()


def _empty(last: Message) -> None:
    """The message that asked for it stays known by its number only, so that a repeated delivery stores nothing."""
    last.text, last.content, last.understanding, last.intent, last.phone_sealed = "", {}, None, None, None


async def _has(
    session: AsyncSession, conversation: Conversation, condition: ColumnElement[bool], direction: Direction
) -> bool:
    found = exists().where(Message.conversation_id == conversation.id, Message.direction == direction, condition)
    return bool(await session.scalar(select(found)))


async def _delete_carriers(session: AsyncSession, conversation: Conversation) -> None:
    contact = await session.get_one(Contact, conversation.contact_id)
    await session.execute(delete(Message).where(Message.conversation_id == conversation.id))
    await session.delete(conversation)
    await session.flush()
    await session.delete(contact)
    await session.flush()
    await session.execute(delete(Participant).where(Participant.id == contact.participant_id))
