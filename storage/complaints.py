"""Complaints: filing one, reading a participant's own, and what the participant does to it later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.complaint_states import RULES
from dialogs.ports import ComplaintFacts, ComplaintState, NewComplaint
from social_security.programmes import Scheme
from storage.models import Complaint, ComplaintEvent, Conversation, StoredFile
from storage.numbers import NumberKind, new_number, read_number


async def file_complaint(
    session: AsyncSession, conversation: Conversation, participant_id: int, filed: NewComplaint, now: datetime
) -> str:
    """Keep a complaint with its first event and its evidence; returns its number."""
    complaint = Complaint(
        number=new_number(NumberKind.COMPLAINT),
        participant_id=participant_id,
        conversation_id=conversation.id,
        scheme=filed.scheme,
        category=filed.category,
        story=filed.story,
        place=filed.place,
        happened=filed.happened,
        involved=filed.involved,
        urgency=filed.urgency,
        state=ComplaintState.RECEIVED,
        promised_on=filed.promised_on,
        created_at=now,
    )
    session.add(complaint)
    await session.flush()
    session.add(ComplaintEvent(complaint_id=complaint.id, state=complaint.state, created_at=now))
    await _attach(session, conversation, complaint, filed.file_ids)
    return complaint.number


async def add_to_complaint(
    session: AsyncSession,
    conversation: Conversation,
    participant_id: int,
    number: str,
    added: str | None,
    file_ids: Sequence[int],
    now: datetime,
) -> ComplaintFacts | None:
    """Add words and evidence to one's own complaint; one that waited for them goes back to review."""
    complaint = await _own_locked(session, participant_id, number)
    if complaint is None:
        return None
    await _attach(session, conversation, complaint, file_ids)
    if complaint.state == ComplaintState.WAITING:
        complaint.state = ComplaintState.UNDER_REVIEW
    session.add(ComplaintEvent(complaint_id=complaint.id, state=complaint.state, added=added or "", created_at=now))
    await session.flush()
    return await complaint_of(session, participant_id, number)


async def reopen_complaint(
    session: AsyncSession, participant_id: int, number: str, reason: str, promised_on: date, now: datetime
) -> ComplaintFacts | None:
    """Open one's own settled complaint again, with a new promise; None when that cannot be."""
    complaint = await _own_locked(session, participant_id, number)
    if complaint is None or not RULES[ComplaintState(complaint.state)].reopens:
        return None
    complaint.state, complaint.promised_on = ComplaintState.REOPENED, promised_on
    session.add(ComplaintEvent(complaint_id=complaint.id, state=complaint.state, added=reason, created_at=now))
    await session.flush()
    return await complaint_of(session, participant_id, number)


async def complaints_of(session: AsyncSession, participant_id: int) -> list[ComplaintFacts]:
    """A participant's complaints, newest first."""
    return await _facts(session, _own(participant_id).order_by(Complaint.id.desc()))


async def complaint_of(session: AsyncSession, participant_id: int, number: str) -> ComplaintFacts | None:
    """The complaint of that number if it is this participant's."""
    found = await _facts(session, _own(participant_id).where(Complaint.number == read_number(number)))
    return found[0] if found else None


async def _own_locked(session: AsyncSession, participant_id: int, number: str) -> Complaint | None:
    own = (Complaint.participant_id == participant_id, Complaint.number == read_number(number))
    return await session.scalar(select(Complaint).where(*own).with_for_update())


async def _attach(
    session: AsyncSession, conversation: Conversation, complaint: Complaint, file_ids: Sequence[int]
) -> None:
    await session.execute(
        update(StoredFile)
        .where(StoredFile.id.in_(file_ids), StoredFile.conversation_id == conversation.id)
        .values(complaint_id=complaint.id)
    )


def _own(participant_id: int) -> Select[Complaint, str | None]:
    last_word = (
        select(ComplaintEvent.words)
        .where(ComplaintEvent.complaint_id == Complaint.id, ComplaintEvent.words.is_not(None))
        .order_by(ComplaintEvent.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(Complaint, last_word).where(Complaint.participant_id == participant_id)


async def _facts(session: AsyncSession, own: Select[Complaint, str | None]) -> list[ComplaintFacts]:
    return [
        ComplaintFacts(
            number=complaint.number,
            scheme=Scheme(complaint.scheme) if complaint.scheme else None,
            category=complaint.category,
            state=ComplaintState(complaint.state),
            received_at=complaint.created_at,
            promised_on=complaint.promised_on,
            last_word=last_word,
            reference=complaint.reference,
        )
        for complaint, last_word in (await session.execute(own))
    ]
