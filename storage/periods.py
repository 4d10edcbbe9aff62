"""Contribution months of memberships: made by one statement from the calendar of bills, read with how each stands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CursorResult, bindparam, delete, exists, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Date, Text

from dialogs.billing import bills_around
from dialogs.ports import PeriodFacts
from social_security.programmes import Scheme, Segment
from storage.models import Membership, Payment, Period

_MAKE = """
    INSERT INTO periods (membership_id, month, amount, due_on, cover_stops_on)
    SELECT m.id, bill.month, m.monthly_amount, bill.due_on, bill.cover_stops_on
    FROM unnest(:segments, :months, :due_ons, :cover_stops) AS bill (segment, month, due_on, cover_stops_on)
    JOIN memberships m ON m.segment = bill.segment
    WHERE m.ended_on IS NULL AND m.first_month <= bill.month {only}
      AND NOT EXISTS (SELECT FROM periods known WHERE known.membership_id = m.id AND known.month = bill.month)
    ON CONFLICT DO NOTHING
"""
_TYPES = (
    bindparam("segments", type_=ARRAY(Text)),
    bindparam("months", type_=ARRAY(Date)),
    bindparam("due_ons", type_=ARRAY(Date)),
    bindparam("cover_stops", type_=ARRAY(Date)),
)
_MAKE_ALL = text(_MAKE.format(only="")).bindparams(*_TYPES)
_MAKE_OF_ONE = text(_MAKE.format(only="AND m.participant_id = :participant_id")).bindparams(*_TYPES)


async def make_periods(session: AsyncSession, today: date) -> int:
    """Make the contribution months of all running memberships that are not there yet; returns how many."""
    made = await session.execute(_MAKE_ALL, _calendar(today))
    assert isinstance(made, CursorResult)
    return made.rowcount


async def make_periods_of(session: AsyncSession, participant_id: int, today: date) -> None:
    """The same for one participant, at once: nobody waits for the scheduler."""
    await session.execute(_MAKE_OF_ONE, {**_calendar(today), "participant_id": participant_id})


async def renew_periods(session: AsyncSession, membership: Membership, today: date) -> None:
    """Bring the months of a membership that was just kept in line with it; bills from files and paid months stay."""
    unsettled = (
        Period.membership_id == membership.id,
        Period.billed.is_(False),
        ~exists().where(
            Payment.participant_id == membership.participant_id,
            Payment.scheme == membership.scheme,
            Payment.month == Period.month,
        ),
    )
    await session.execute(delete(Period).where(*unsettled, Period.month < membership.first_month))
    await session.execute(update(Period).where(*unsettled).values(amount=membership.monthly_amount))
    await make_periods_of(session, membership.participant_id, today)


async def periods_of(session: AsyncSession, participant_id: int) -> list[PeriodFacts]:
    """All contribution months of a participant's running memberships, the oldest first."""
    rows = await session.execute(
        select(Period, Membership.scheme, Membership.segment, Membership.sponsored, Payment.source)
        .join(Membership, Membership.id == Period.membership_id)
        .outerjoin(
            Payment,
            (Payment.participant_id == Membership.participant_id)
            & (Payment.scheme == Membership.scheme)
            & (Payment.month == Period.month),
        )
        .where(Membership.participant_id == participant_id, Membership.ended_on.is_(None))
        .order_by(Membership.scheme, Period.month)
    )
    return [_facts(*row) for row in rows]


async def waive_period(session: AsyncSession, period_id: int, now: datetime) -> bool:
    """Ask nobody for this month any more; False when there is no such month, or it is waived already."""
    waived = await session.execute(
        update(Period).where(Period.id == period_id, Period.waived_at.is_(None)).values(waived_at=now)
    )
    assert isinstance(waived, CursorResult)
    return waived.rowcount == 1


def _calendar(today: date) -> dict[str, Any]:
    bills = bills_around(today)
    return {
        "segments": [bill.segment for bill in bills],
        "months": [bill.month for bill in bills],
        "due_ons": [bill.due_on for bill in bills],
        "cover_stops": [bill.cover_stops_on for bill in bills],
    }


def _facts(period: Period, scheme: str, segment: str, sponsored: bool, source: str | None) -> PeriodFacts:  # noqa: FBT001
    return PeriodFacts(
        id=period.id,
        scheme=Scheme(scheme),
        segment=Segment(segment),
        month=period.month,
        amount=period.amount,
        due_on=period.due_on,
        cover_stops_on=period.cover_stops_on,
        paid_by=source,
        waived=period.waived_at is not None,
        sponsored=sponsored,
    )
