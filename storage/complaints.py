"""Complaints: filing one, and reading a participant's own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

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
        urgency=filed.urgency,
        state=ComplaintState.RECEIVED,
        promised_on=filed.promised_on,
        created_at=now,
    )
    session.add(complaint)
    await session.flush()
    session.add(ComplaintEvent(complaint_id=complaint.id, state=complaint.state, created_at=now))
    await session.execute(
        update(StoredFile)
        .where(StoredFile.id.in_(filed.file_ids), StoredFile.conversation_id == conversation.id)
        .values(complaint_id=complaint.id)
    )
    return complaint.number


async def complaints_of(session: AsyncSession, participant_id: int) -> list[ComplaintFacts]:
    """A participant's complaints, newest first."""
    return await _facts(session, _own(participant_id).order_by(Complaint.id.desc()))


async def complaint_of(session: AsyncSession, participant_id: int, number: str) -> ComplaintFacts | None:
    """The complaint of that number if it is this participant's."""
    found = await _facts(session, _own(participant_id).where(Complaint.number == read_number(number)))
    return found[0] if found else None


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
        )
        for complaint, last_word in (await session.execute(own))
    ]
