"""Contributions at the desk: reports to match, a participant's months and payments, what sponsors are told."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.downloads import download
from bot.desk.guard import Changing, DeskRoute, Refused, Who, known_key, prose, unknown
from bot.desk.pages import page
from bot.desk.receipts import PaidMonth, Receipt, receipt_name, receipt_pdf
from bot.desk.words import LABELS, WORDS, ZONE, label
from bot.intake import announce
from bot.services import Needs, Services
from bot.turn import reply_row
from dialogs.messages import Reply
from social_security.months import month_of
from storage import desk_payments
from storage.desk_payments import Account, AlreadyDecided, Told
from storage.models import Author, Message, StoredFile
from storage.models.conversations import FILE_CONTENT
from storage.sponsors import SponsoredMonth, sponsored_months
from storage.spreadsheets import Cell, Form
from storage.staff_sessions import SignedIn

router = APIRouter(prefix="/iuran", route_class=DeskRoute)

LONGEST_WORDS = 500
LONGEST_NAME = 80


@router.get("")
async def reports(request: Request, who: Who, services: Needs) -> Response:
    """Reports of payments that wait to be matched."""
    async with services.database.sessions() as session:
        rows = await desk_payments.waiting_reports(session)
    return page(request, "contributions", who=who, rows=rows, month=_today(services).replace(day=1))


@router.get("/laporan/{report_id:int}")
async def report(request: Request, who: Who, services: Needs, report_id: int) -> Response:
    """One report with its proof and the months it may be for."""
    async with services.database.sessions() as session:
        found = await desk_payments.report_file(session, known_key(who, report_id))
    if found is None:
        raise unknown(who)
    return page(request, "payment_report", who=who, file=found, today=_today(services))


@router.post("/laporan/{report_id:int}/cocok")
async def match(request: Request, who: Changing, services: Needs, report_id: int) -> Response:
    """Confirm a report for the months that were ticked, and tell the participant."""
    months = [_month(who, str(typed)) for typed in (await request.form()).getlist("month")]
    if not months:
        raise Refused("months_missing", 422, who=who)
    words = (await prose(request, "text"))[:LONGEST_WORDS]
    async with services.database.transaction() as session:
        told = await _decided(
            who, desk_payments.match_report(session, who, known_key(who, report_id), months, services.clock())
        )
        row = await _tell(services, session, who, told, "desk_payment_confirmed", words)
        await _attach_receipt(services, session, who, told, row)
    return RedirectResponse("/desk/iuran", 303)


@router.post("/laporan/{report_id:int}/tolak")
async def turn_down(request: Request, who: Changing, services: Needs, report_id: int) -> Response:
    """Refuse a report with a sentence to the participant."""
    words = (await prose(request, "text"))[:LONGEST_WORDS]
    if not words:
        raise Refused("words_missing", 422, who=who)
    async with services.database.transaction() as session:
        told = await _decided(
            who, desk_payments.turn_down_report(session, who, known_key(who, report_id), services.clock())
        )
        await _tell(services, session, who, told, "desk_payment_refused", words)
    return RedirectResponse("/desk/iuran", 303)


@router.get("/peserta/{participant_id:int}")
async def account(request: Request, who: Who, services: Needs, participant_id: int) -> Response:
    """The months, payments and reports of one participant."""
    async with services.database.transaction() as session:
        found: Account | None = await desk_payments.account_of(
            session, known_key(who, participant_id), _today(services)
        )
    if found is None:
        raise unknown(who)
    return page(request, "account", who=who, account=found, today=_today(services))


@router.post("/bulan/{period_id:int}/bebaskan")
async def waive(request: Request, who: Changing, services: Needs, period_id: int) -> Response:
    """Ask nobody for a month any more, for a reason."""
    reason = (await prose(request, "reason"))[:LONGEST_WORDS]
    if not reason:
        raise Refused("waiver_reason_missing", 422, who=who)
    async with services.database.transaction() as session:
        whose = await desk_payments.waive(session, who, known_key(who, period_id), reason, services.clock())
    return _to_account(who, whose)


@router.post("/kepesertaan/{membership_id:int}/penanggung")
async def sponsor(request: Request, who: Changing, services: Needs, membership_id: int) -> Response:
    """Say who pays in the participant's place; nobody when left empty."""
    name = (await prose(request, "sponsor"))[:LONGEST_NAME].strip()
    async with services.database.transaction() as session:
        whose = await desk_payments.name_sponsor(session, who, known_key(who, membership_id), name, services.clock())
    return _to_account(who, whose)


@router.get("/penanggung.{form}")
async def sponsor_report(who: Who, services: Needs, form: Form, bulan: str = "") -> Response:
    """The sponsored contributions of a month as a table for the sponsors."""
    month = _month(who, f"{bulan}-01") if bulan else month_of(_today(services))
    async with services.database.sessions() as session:
        rows = [_sponsored(row) async for row in sponsored_months(session, month)]
    return download(f"penanggung-{month:%Y-%m}", form, LABELS["sponsor_columns"].values(), rows)


def _sponsored(row: SponsoredMonth) -> list[Cell]:
    return [
        row.sponsor or "",
        row.participant_id,
        label("schemes", row.scheme),
        label("segments", row.segment),
        f"{row.month:%Y-%m}",
        row.amount,
        row.due_on,
        label("payment_sources", row.paid_by) if row.paid_by else LABELS["unpaid"],
    ]


async def _decided(who: SignedIn, decision: Awaitable[Told | None]) -> Told:
    try:
        told = await decision
    except AlreadyDecided as late:
        raise Refused("already_decided", 409, who=who) from late
    if told is None:
        raise unknown(who)
    return told


async def _tell(
    services: Services, session: AsyncSession, who: SignedIn, told: Told, template: str, words: str
) -> Message:
    text = WORDS.say(template, name=who.name, scheme=told.report.scheme, months=told.months, words=words)
    told.report.words = text
    now = services.clock()
    row = reply_row(told.conversation.id, told.contact, Reply(text), now, author=Author.AGENT, staff_id=who.staff_id)
    session.add(row)
    await announce(session, told.conversation.id)
    return row


async def _attach_receipt(services: Services, session: AsyncSession, who: SignedIn, told: Told, row: Message) -> None:
    """Send the receipt with the message that confirms a payment."""
    report, amounts = told.report, await desk_payments.amounts_of(session, told.report, told.months)
    receipt = Receipt(
        number=report.id,
        scheme=report.scheme,
        months=[PaidMonth(month, amounts.get(month)) for month in told.months],
        confirmed_by=who.name,
        confirmed_at=services.clock(),
        reported_at=report.created_at,
    )
    content = receipt_pdf(receipt)
    await session.flush()
    session.add(
        StoredFile(
            conversation_id=told.conversation.id,
            message_id=row.id,
            payment_report_id=None,
            name=receipt_name(receipt),
            media_type="application/pdf",
            size=len(content),
            content_sealed=services.database.vault.seal(content, FILE_CONTENT),
        )
    )


def _month(who: SignedIn, typed: str) -> date:
    try:
        return month_of(date.fromisoformat(typed))
    except ValueError as unreadable:
        raise Refused("month_unreadable", 422, who=who) from unreadable


def _to_account(who: SignedIn, participant_id: int | None) -> Response:
    if participant_id is None:
        raise unknown(who)
    return RedirectResponse(f"/desk/iuran/peserta/{participant_id}", 303)


def _today(services: Services) -> date:
    return services.clock().astimezone(ZONE).date()
