"""What a sponsor is told: the months paid in participants' places, row by row, without names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Membership, Payment, Period


@dataclass(frozen=True)
class SponsoredMonth:
    """A contribution month somebody else pays. The amount is in rupiah, if known."""

    sponsor: str | None
    participant_id: int
    scheme: str
    segment: str
    month: date
    amount: int | None
    due_on: date
    paid_by: str | None


async def sponsored_months(session: AsyncSession, month: date) -> AsyncIterator[SponsoredMonth]:
    """The sponsored contributions of a month, by sponsor; streamed, so that their number costs no memory."""
    rows = await session.stream(
        select(
            Membership.sponsor,
            Membership.participant_id,
            Membership.scheme,
            Membership.segment,
            Period.month,
            Period.amount,
            Period.due_on,
            Payment.source,
        )
        .join(Period, Period.membership_id == Membership.id)
        .outerjoin(
            Payment,
            (Payment.participant_id == Membership.participant_id)
            & (Payment.scheme == Membership.scheme)
            & (Payment.month == Period.month),
        )
        .where(Membership.sponsored, Membership.ended_on.is_(None), Period.month == month, Period.waived_at.is_(None))
        .order_by(Membership.sponsor, Membership.participant_id, Membership.scheme)
    )
    async for row in rows:
        yield SponsoredMonth(*row)
