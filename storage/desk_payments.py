"""Contributions as the desk sees them: reports to match, a participant's months, sponsors, with their audit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.ports import PeriodFacts
from storage.audit import audit
from storage.models import (
    Contact,
    Conversation,
    Membership,
    Participant,
    Payment,
    PaymentReport,
    Period,
    ReportState,
    StoredFile,
)
from storage.payments import confirm_report, refuse_report
from storage.periods import make_periods_of, periods_of, waive_period
from storage.staff_sessions import SignedIn

LONGEST_LIST = 300


class AlreadyDecided(Exception):
    """Somebody else was faster: the report does not wait any more."""


@dataclass(frozen=True)
class ReportRow:
    """A report that waits, and how many files prove it."""

    report: PaymentReport
    files: int


@dataclass(frozen=True)
class ReportFile:
    """A report with its proof and the months it may be matched to."""

    report: PaymentReport
    files: Sequence[StoredFile]
    periods: Sequence[PeriodFacts]


@dataclass(frozen=True)
class Account:
    """The contributions of one participant: months, payments and reports."""

    participant_id: int
    memberships: Sequence[Membership]
    periods: Sequence[PeriodFacts]
    payments: Sequence[Payment]
    reports: Sequence[PaymentReport]
    conversation_id: int | None


@dataclass(frozen=True)
class Told:
    """What was decided for which months, and where the participant is told of it."""

    report: PaymentReport
    months: Sequence[date]
    conversation: Conversation
    contact: Contact


async def waiting_reports(session: AsyncSession) -> list[ReportRow]:
    """Reports that wait for an agent, the oldest first."""
    files = select(func.count()).where(StoredFile.payment_report_id == PaymentReport.id).scalar_subquery()
    rows = await session.execute(
        select(PaymentReport, files)
        .where(PaymentReport.state == ReportState.WAITING)
        .order_by(PaymentReport.id)
        .limit(LONGEST_LIST)
    )
    return [ReportRow(report, number) for report, number in rows]


async def report_file(session: AsyncSession, report_id: int) -> ReportFile | None:
    """One report; None when there is none of that number."""
    report = await session.get(PaymentReport, report_id)
    if report is None:
        return None
    files = await session.scalars(
        select(StoredFile).where(StoredFile.payment_report_id == report_id).order_by(StoredFile.id)
    )
    periods = [one for one in await periods_of(session, report.participant_id) if one.scheme == report.scheme]
    return ReportFile(report, files.all(), periods)


async def match_report(
    session: AsyncSession, who: SignedIn, report_id: int, months: Collection[date], now: datetime
) -> Told | None:
    """Confirm a report for these months; None when there is no such report. Raises `AlreadyDecided`."""
    told = await _lock(session, report_id)
    if told is None:
        return None
    report = told.report
    known = {one.month for one in await periods_of(session, report.participant_id) if one.scheme == report.scheme}
    chosen = sorted(set(months) & (known | {report.month})) or [report.month]
    await confirm_report(session, report, chosen, who.staff_id, now)
    shown = [month.isoformat() for month in chosen]
    audit(session, "payment_confirmed", f"report {report_id}", who.staff_id, now, months=", ".join(shown))
    return replace(told, months=chosen)


async def amounts_of(session: AsyncSession, report: PaymentReport, months: Collection[date]) -> dict[date, int]:
    """What the months of a report cost, in rupiah, where it is known."""
    periods = await periods_of(session, report.participant_id)
    of_scheme = (one for one in periods if one.scheme == report.scheme and one.month in months)
    return {one.month: one.amount for one in of_scheme if one.amount is not None}


async def turn_down_report(session: AsyncSession, who: SignedIn, report_id: int, now: datetime) -> Told | None:
    """Refuse a report; None when there is no such report. Raises `AlreadyDecided`."""
    told = await _lock(session, report_id)
    if told is None:
        return None
    await refuse_report(session, told.report, who.staff_id, now)
    audit(session, "payment_refused", f"report {report_id}", who.staff_id, now)
    return told


async def account_of(session: AsyncSession, participant_id: int, today: date) -> Account | None:
    """A participant's contributions; None when there is no such participant."""
    if await session.get(Participant, participant_id) is None:
        return None
    await make_periods_of(session, participant_id, today)
    memberships = await session.scalars(
        select(Membership).where(Membership.participant_id == participant_id).order_by(Membership.scheme)
    )
    payments = await session.scalars(
        select(Payment).where(Payment.participant_id == participant_id).order_by(Payment.month.desc(), Payment.scheme)
    )
    reports = await session.scalars(
        select(PaymentReport).where(PaymentReport.participant_id == participant_id).order_by(PaymentReport.id.desc())
    )
    conversation_id = await session.scalar(
        select(Conversation.id)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(Contact.participant_id == participant_id)
        .order_by(Conversation.updated_at.desc())
        .limit(1)
    )
    periods = list(reversed(await periods_of(session, participant_id)))
    return Account(participant_id, memberships.all(), periods, payments.all(), reports.all(), conversation_id)


async def waive(session: AsyncSession, who: SignedIn, period_id: int, reason: str, now: datetime) -> int | None:
    """Ask nobody for a month any more; whose it is, or None when there is no such month."""
    period = await session.get(Period, period_id)
    if period is None:
        return None
    if await waive_period(session, period_id, now):
        audit(session, "period_waived", f"period {period_id}", who.staff_id, now, reason=reason)
    return (await session.get_one(Membership, period.membership_id)).participant_id


async def name_sponsor(
    session: AsyncSession, who: SignedIn, membership_id: int, sponsor: str, now: datetime
) -> int | None:
    """Say who pays a membership's contribution, nobody when empty; whose it is, or None when there is none."""
    membership = await session.get(Membership, membership_id, with_for_update=True)
    if membership is None:
        return None
    membership.sponsored, membership.sponsor = bool(sponsor), sponsor or None
    action = "sponsor_named" if sponsor else "sponsor_removed"
    audit(session, action, f"membership {membership_id}", who.staff_id, now)
    return membership.participant_id


async def _lock(session: AsyncSession, report_id: int) -> Told | None:
    report = await session.get(PaymentReport, report_id, with_for_update=True)
    if report is None:
        return None
    if report.state != ReportState.WAITING:
        raise AlreadyDecided
    conversation = await session.get_one(Conversation, report.conversation_id)
    return Told(report, [report.month], conversation, await session.get_one(Contact, conversation.contact_id))
