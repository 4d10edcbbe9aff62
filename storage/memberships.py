"""Memberships a participant wants to be reminded of, and which months are paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.ports import MembershipFacts, NewMembership
from social_security.due_dates import due_on
from social_security.months import add_months
from social_security.programmes import Programme, Scheme, Segment
from storage.models import Membership, Payment


async def keep_membership(session: AsyncSession, participant_id: int, kept: NewMembership) -> None:
    """Keep a membership; it replaces the one in the same scheme."""
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
    await session.execute(
        insert(Membership)
        .values(values)
        .on_conflict_do_update(index_elements=["participant_id", "scheme"], set_=values)
    )


async def memberships_of(session: AsyncSession, participant_id: int) -> list[MembershipFacts]:
    """The running memberships of a participant, each with its first unpaid month."""
    rows = await session.scalars(
        select(Membership)
        .where(Membership.participant_id == participant_id, Membership.ended_on.is_(None))
        .order_by(Membership.scheme)
    )
    return [_facts(row, await _paid_months(session, participant_id, row.scheme)) for row in rows]


async def record_payment(
    session: AsyncSession,
    participant_id: int,
    scheme: Scheme,
    month: date,
    *,
    source: str,
    message_id: int | None,
    now: datetime,
) -> None:
    """Record that a contribution month is paid, by whose word; a confirmed payment is never downgraded."""
    await session.execute(
        insert(Payment)
        .values(
            participant_id=participant_id,
            scheme=scheme,
            month=month,
            source=source,
            message_id=message_id,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )


async def _paid_months(session: AsyncSession, participant_id: int, scheme: str) -> Sequence[date]:
    paid = await session.scalars(
        select(Payment.month).where(Payment.participant_id == participant_id, Payment.scheme == scheme)
    )
    return paid.all()


def _facts(row: Membership, paid: Sequence[date]) -> MembershipFacts:
    month = row.first_month
    while month in paid:
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
