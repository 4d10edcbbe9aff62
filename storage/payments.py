"""Payments: what is known to be paid, by whose word, and what participants report for an agent to match."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from social_security.programmes import Scheme
from storage.models import Payment, PaymentReport, PaymentSource, ReportState, StoredFile


@dataclass(frozen=True)
class Paid:
    """A contribution month that is paid. The amount is in rupiah; what is not known is None."""

    participant_id: int
    scheme: Scheme
    month: date
    source: PaymentSource
    amount: int | None = None
    paid_on: date | None = None
    reference: str | None = None
    message_id: int | None = None


async def record_payment(session: AsyncSession, paid: Paid, now: datetime) -> bool:
    """Record that a month is paid; a firmer word replaces a weaker one. Returns whether this was news."""
    values = {
        "participant_id": paid.participant_id,
        "scheme": paid.scheme,
        "month": paid.month,
        "source": paid.source,
        "amount": paid.amount,
        "paid_on": paid.paid_on,
        "reference": paid.reference,
        "message_id": paid.message_id,
        "created_at": now,
    }
    statement = insert(Payment).values(values)
    given = statement.excluded
    recorded = await session.scalar(
        statement.on_conflict_do_update(
            index_elements=["participant_id", "scheme", "month"],
            set_={
                "source": given.source,
                **{name: func.coalesce(given[name], getattr(Payment, name)) for name in _KEPT_WHEN_UNKNOWN},
            },
            where=Payment.source.in_(_weaker_than(paid.source)),
        ).returning(Payment.id)
    )
    return recorded is not None


_KEPT_WHEN_UNKNOWN = ("amount", "paid_on", "reference", "message_id")


async def report_payment(
    session: AsyncSession, conversation_id: int, paid: Paid, file_ids: Collection[int], now: datetime
) -> None:
    """Believe a participant until an agent has looked: the month is not asked for, and the report waits at the desk.

    Reported again, the report that waits takes the new proof. What is settled already is not asked of anybody.
    """
    known = await session.scalar(select(Payment.source).where(*_is(paid)))
    if known in {PaymentSource.CONFIRMED, PaymentSource.IMPORTED}:
        return
    await record_payment(session, paid, now)
    waiting = await session.scalar(select(PaymentReport).where(*_waits(paid)))
    if waiting is None:
        waiting = PaymentReport(
            participant_id=paid.participant_id,
            conversation_id=conversation_id,
            message_id=paid.message_id,
            scheme=paid.scheme,
            month=paid.month,
            created_at=now,
        )
        session.add(waiting)
        await session.flush()
    await session.execute(
        update(StoredFile)
        .where(StoredFile.id.in_(file_ids), StoredFile.conversation_id == conversation_id)
        .values(payment_report_id=waiting.id)
    )


async def confirm_report(
    session: AsyncSession, report: PaymentReport, months: Iterable[date], staff_id: int, now: datetime
) -> None:
    """The (locked) report is right, for these months; another month than reported is asked for again."""
    chosen = list(months)
    if report.month not in chosen:
        await _forget_report(session, report)
    for month in chosen:
        paid = Paid(report.participant_id, Scheme(report.scheme), month, PaymentSource.CONFIRMED)
        await record_payment(session, paid, now)
        if month != report.month:
            await settle_waiting(session, paid, now)
    report.state, report.staff_id, report.decided_at = ReportState.CONFIRMED, staff_id, now


async def refuse_report(session: AsyncSession, report: PaymentReport, staff_id: int, now: datetime) -> None:
    """The (locked) report is not right: its month is open again, unless a firmer word stands."""
    await _forget_report(session, report)
    report.state, report.staff_id, report.decided_at = ReportState.REFUSED, staff_id, now


async def settle_waiting(session: AsyncSession, paid: Paid, now: datetime) -> None:
    """A firm word about a month also answers the report that waits for it."""
    await session.execute(
        update(PaymentReport).where(*_waits(paid)).values(state=ReportState.CONFIRMED, decided_at=now)
    )


async def reference_used_elsewhere(session: AsyncSession, paid: Paid) -> bool:
    """Whether the payment's number already stands for somebody else's bill."""
    other = or_(Payment.participant_id != paid.participant_id, Payment.scheme != paid.scheme)
    return bool(await session.scalar(select(Payment.id).where(Payment.reference == paid.reference, other).limit(1)))


async def _forget_report(session: AsyncSession, report: PaymentReport) -> None:
    await session.execute(
        delete(Payment).where(
            Payment.participant_id == report.participant_id,
            Payment.scheme == report.scheme,
            Payment.month == report.month,
            Payment.source == PaymentSource.REPORTED,
        )
    )


def _is(paid: Paid) -> tuple[ColumnElement[bool], ...]:
    return (
        Payment.participant_id == paid.participant_id,
        Payment.scheme == paid.scheme,
        Payment.month == paid.month,
    )


def _waits(paid: Paid) -> tuple[ColumnElement[bool], ...]:
    return (
        PaymentReport.participant_id == paid.participant_id,
        PaymentReport.scheme == paid.scheme,
        PaymentReport.month == paid.month,
        PaymentReport.state == ReportState.WAITING,
    )


def _weaker_than(source: PaymentSource) -> list[PaymentSource]:
    order = list(PaymentSource)
    return order[: order.index(source)]
