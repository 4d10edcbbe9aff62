"""Complaints at the desk: listed by promise, read with their history, moved from state to state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.complaint_states import RULES, SETTLED, may_move
from dialogs.ports import ComplaintState
from storage.audit import audit
from storage.desk_work import Held, free_to_write
from storage.models import Complaint, ComplaintEvent, Staff, StoredFile
from storage.staff_sessions import SignedIn

LONGEST_LIST = 300
LONGEST_EXPORT = 20_000


class StepRefused(Exception):
    """A complaint cannot take that step; `why` is "moved", "no_step", "words", "reference" or "promise"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class ComplaintFile:
    """A complaint with its history and evidence."""

    complaint: Complaint
    events: Sequence[tuple[ComplaintEvent, str | None]]
    files: Sequence[StoredFile]

    @property
    def next_states(self) -> tuple[ComplaintState, ...]:
        """Where it may go from here."""
        return RULES[ComplaintState(self.complaint.state)].next


@dataclass(frozen=True)
class Step:
    """What the desk does with a complaint: `seen` is the state on the page, `words` are for the participant."""

    seen: str
    after: ComplaintState
    words: str
    reference: str
    promised_on: date | None


@dataclass(frozen=True)
class Moved:
    """A complaint that was moved, and the locked conversation in which the participant is told."""

    complaint: Complaint
    held: Held


def overdue(today: date) -> ColumnElement[bool]:
    """Complaints whose promised date has passed without being settled."""
    return and_(Complaint.promised_on < today, Complaint.state.not_in(SETTLED))


async def complaints(
    session: AsyncSession, state: ComplaintState | None, *, late_on: date | None = None
) -> Sequence[Complaint]:
    """Complaints by promised date: the open ones, those in one state, or those late on a day."""
    chosen = Complaint.state == state if state else Complaint.state.not_in(SETTLED)
    if late_on is not None:
        chosen = overdue(late_on)
    rows = select(Complaint).where(chosen).order_by(Complaint.promised_on, Complaint.id).limit(LONGEST_LIST)
    return (await session.scalars(rows)).all()


async def all_complaints(session: AsyncSession, who: SignedIn, now: datetime) -> Sequence[Complaint]:
    """Every complaint by promised date, for an export that is written to the audit log."""
    rows = select(Complaint).order_by(Complaint.promised_on, Complaint.id).limit(LONGEST_EXPORT)
    found = (await session.scalars(rows)).all()
    audit(session, "complaints_exported", "complaint", who.staff_id, now, rows=len(found))
    return found


async def complaint_counts(session: AsyncSession) -> dict[ComplaintState, int]:
    """How many complaints stand in each state."""
    rows = await session.execute(select(Complaint.state, func.count()).group_by(Complaint.state))
    found = dict(rows.all())
    return {state: found.get(state, 0) for state in ComplaintState}


async def overdue_count(session: AsyncSession, today: date) -> int:
    """How many complaints are late on a day."""
    return await session.scalar(select(func.count()).select_from(Complaint).where(overdue(today))) or 0


async def complaint_file(session: AsyncSession, number: str) -> ComplaintFile | None:
    """One complaint by its number."""
    complaint = await session.scalar(select(Complaint).where(Complaint.number == number))
    if complaint is None:
        return None
    events = await session.execute(
        select(ComplaintEvent, Staff.name)
        .outerjoin(Staff, Staff.id == ComplaintEvent.staff_id)
        .where(ComplaintEvent.complaint_id == complaint.id)
        .order_by(ComplaintEvent.id)
    )
    files = await session.scalars(
        select(StoredFile).where(StoredFile.complaint_id == complaint.id).order_by(StoredFile.id)
    )
    return ComplaintFile(complaint, list(events), files.all())


async def move_complaint(
    session: AsyncSession, who: SignedIn, number: str, step: Step, now: datetime, today: date
) -> Moved | None:
    """Take a step with a complaint, its conversation locked first; None when there is no such complaint.

    Raises `StepRefused`, and `NotHolding` when a colleague holds the conversation.
    """
    conversation_id = await session.scalar(select(Complaint.conversation_id).where(Complaint.number == number))
    if conversation_id is None:
        return None
    held = await free_to_write(session, who, conversation_id)
    complaint = (await session.scalars(select(Complaint).where(Complaint.number == number).with_for_update())).one()
    _check(complaint, step, today)
    before, complaint.state = complaint.state, step.after
    complaint.reference = step.reference or complaint.reference
    complaint.promised_on = step.promised_on or complaint.promised_on
    session.add(
        ComplaintEvent(
            complaint_id=complaint.id,
            state=step.after,
            words=step.words or None,
            staff_id=who.staff_id,
            created_at=now,
        )
    )
    audit(session, "complaint_moved", f"complaint {number}", who.staff_id, now, before=before, after=step.after.value)
    return Moved(complaint, held)


def _check(complaint: Complaint, step: Step, today: date) -> None:
    if complaint.state != step.seen:
        raise StepRefused("moved")
    if not may_move(ComplaintState(complaint.state), step.after):
        raise StepRefused("no_step")
    needs = RULES[step.after].needs
    if "words" in needs and not step.words:
        raise StepRefused("words")
    if "reference" in needs and not (step.reference or complaint.reference):
        raise StepRefused("reference")
    if step.promised_on and step.promised_on < today:
        raise StepRefused("promise")
