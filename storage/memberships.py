"""Memberships of participants, with the first month that is still to be paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.ports import MembershipFacts, NewMembership
from social_security.due_dates import due_on
from social_security.months import add_months
from social_security.programmes import Programme, Scheme, Segment
from storage.models import Membership, Payment, Period
from storage.periods import renew_periods


async def keep_membership(session: AsyncSession, participant_id: int, kept: NewMembership, today: date) -> None:
    """Keep a membership and its contribution months; it replaces the one in the same scheme."""
    values = {
        "participant_id": participant_id,
        "scheme": kept.scheme,
        "segment": kept.segment,
        "programmes": list(kept.programmes),
        "monthly_amount": kept.monthly_amount,
        "first_month": kept.first_month,
        "sponsored": kept.sponsored,
        "ended_on": None,
    }
    membership = await session.scalar(
        insert(Membership)
        .values(values)
        .on_conflict_do_update(index_elements=["participant_id", "scheme"], set_=values)
        .returning(Membership)
        .execution_options(populate_existing=True)
    )
    assert membership is not None
    await renew_periods(session, membership, today)


async def memberships_of(session: AsyncSession, participant_id: int) -> list[MembershipFacts]:
    """The running memberships of a participant, each with its first unpaid month."""
    rows = await session.scalars(
        select(Membership)
        .where(Membership.participant_id == participant_id, Membership.ended_on.is_(None))
        .order_by(Membership.scheme)
    )
    return [_facts(row, await _settled_months(session, row)) for row in rows]


async def _settled_months(session: AsyncSession, row: Membership) -> Sequence[date]:
    paid = select(Payment.month).where(Payment.participant_id == row.participant_id, Payment.scheme == row.scheme)
    waived = select(Period.month).where(Period.membership_id == row.id, Period.waived_at.is_not(None))
    return (await session.scalars(paid.union(waived))).all()


def _facts(row: Membership, settled: Sequence[date]) -> MembershipFacts:
    month = row.first_month
    while month in settled:
        month = add_months(month, 1)
    segment = Segment(row.segment)
    return MembershipFacts(
        scheme=Scheme(row.scheme),
        segment=segment,
        programmes=tuple(Programme(name) for name in row.programmes),
        monthly_amount=row.monthly_amount,
        next_month=month,
        due_on=due_on(segment, month).date,
        sponsored=row.sponsored,
    )
