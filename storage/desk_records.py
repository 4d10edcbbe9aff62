"""Leads and nudges as the desk lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Date, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.audit import audit
from storage.desk_inbox import masked
from storage.models import Lead, Nudge, NudgeState
from storage.staff_sessions import SignedIn
from storage.vault import Vault

LONGEST_LIST = 300


@dataclass(frozen=True)
class LeadRow:
    """A lead with name and phone masked."""

    id: int
    number: str
    conversation_id: int
    name: str
    phone: str
    segment: str
    occupation: str | None
    place: str | None
    since: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class Unmasked:
    """A lead's name and phone, shown once."""

    name: str
    phone: str


@dataclass(frozen=True)
class NudgeDay:
    """All nudges of a day: how many were expected, and what became of them."""

    day: date
    counts: list[NudgeCount]

    @property
    def expected(self) -> int:
        """How many were planned, whatever became of them."""
        return sum(count.number for count in self.counts)

    def of(self, *states: str) -> int:
        """How many stand in these states."""
        return sum(count.number for count in self.counts if count.state in states)


@dataclass(frozen=True)
class NudgeCount:
    """How many nudges of a day stand in a state, for a reason."""

    day: date
    state: str
    reason: str | None
    number: int


async def leads(session: AsyncSession, vault: Vault, *, done: bool) -> list[LeadRow]:
    """Leads that still wait, oldest first; or those done, newest first."""
    statement = select(Lead).where(Lead.done_at.is_not(None) if done else Lead.done_at.is_(None))
    rows = await session.scalars(statement.order_by(Lead.id.desc() if done else Lead.id).limit(LONGEST_LIST))
    return [_lead_row(vault, lead) for lead in rows]


async def finish_lead(session: AsyncSession, who: SignedIn, lead_id: int, now: datetime) -> bool:
    """Mark a lead as contacted; False when there is none of that number."""
    lead = await session.get(Lead, lead_id, with_for_update=True)
    if lead is None:
        return False
    if lead.done_at is None:
        lead.done_at = now
        audit(session, "lead_done", f"lead {lead_id}", who.staff_id, now)
    return True


async def unmask_lead(
    session: AsyncSession, vault: Vault, who: SignedIn, lead_id: int, reason: str, now: datetime
) -> Unmasked | None:
    """A lead's name and phone, for a reason that goes into the audit log; None when there is no such lead."""
    lead = await session.get(Lead, lead_id)
    if lead is None:
        return None
    audit(session, "unmask", f"lead {lead_id}", who.staff_id, now, reason=reason)
    return Unmasked(vault.open_text(lead.name_sealed, "leads.name"), vault.open_text(lead.phone_sealed, "leads.phone"))


async def nudge_counts(session: AsyncSession, since: date) -> list[NudgeCount]:
    """Nudges by day (in Jakarta), state and reason, the latest day first."""
    day = cast(func.timezone("Asia/Jakarta", Nudge.send_after), Date).label("day")
    rows = await session.execute(
        select(day, Nudge.state, Nudge.reason, func.count())
        .where(func.timezone("Asia/Jakarta", Nudge.send_after) >= since)
        .group_by(day, Nudge.state, Nudge.reason)
        .order_by(day.desc(), Nudge.state, Nudge.reason)
    )
    return [NudgeCount(*row) for row in rows]


def by_day(counts: Sequence[NudgeCount]) -> list[NudgeDay]:
    """Expected against sent, a line a day; the counts come with the latest day first."""
    return [NudgeDay(day, list(rows)) for day, rows in groupby(counts, key=attrgetter("day"))]


async def unknown_nudges(session: AsyncSession) -> Sequence[Nudge]:
    """Nudges of which a crash left open whether they went out."""
    return (
        await session.scalars(
            select(Nudge).where(Nudge.state == NudgeState.UNKNOWN).order_by(Nudge.id.desc()).limit(LONGEST_LIST)
        )
    ).all()


def masked_name(name: str) -> str:
    """A name of which only the initials can be read."""
    return " ".join(f"{part[0]}•••" for part in name.split()[:3])


def _lead_row(vault: Vault, lead: Lead) -> LeadRow:
    return LeadRow(
        id=lead.id,
        number=lead.number,
        conversation_id=lead.conversation_id,
        name=masked_name(vault.open_text(lead.name_sealed, "leads.name")),
        phone=masked(vault.open_text(lead.phone_sealed, "leads.phone")),
        segment=lead.segment,
        occupation=lead.occupation,
        place=lead.place,
        since=lead.created_at,
        done_at=lead.done_at,
    )
