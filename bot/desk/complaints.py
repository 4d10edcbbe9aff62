"""Complaints at the desk: the list by promise, one with its history, its next step, and the export."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.desk import words
from bot.desk.downloads import download
from bot.desk.guard import Changing, DeskRoute, Refused, Who, field, prose, unknown
from bot.desk.pages import page
from bot.intake import announce
from bot.services import Needs, Services
from bot.turn import reply_row
from dialogs.complaint_states import SETTLED
from dialogs.complaints import promise_again
from dialogs.messages import Reply
from dialogs.ports import ComplaintState
from social_security.programmes import Scheme
from storage import desk_complaints
from storage.desk_complaints import Moved, Step, StepRefused
from storage.models import Author, Complaint, Message
from storage.spreadsheets import Cell, Form
from storage.staff_sessions import SignedIn

router = APIRouter(route_class=DeskRoute)

LATE = "lewat"
LONGEST_WORDS = 3_000
LONGEST_REFERENCE = 60
#: Refusals that the form itself explains; the others mean that the page is old.
INCOMPLETE = frozenset({"words", "reference", "promise"})


@router.get("/pengaduan")
async def complaints(request: Request, who: Who, services: Needs, status: str = "") -> Response:
    """Complaints by promised date; the open ones unless a state, or the late ones, are chosen."""
    state = next((known for known in ComplaintState if known == status), None)
    today = _today(services)
    async with services.database.sessions() as session:
        late_on = today if status == LATE else None
        rows = await desk_complaints.complaints(session, state, late_on=late_on)
        numbers = await desk_complaints.complaint_counts(session)
        late = await desk_complaints.overdue_count(session, today)
    chosen = status if state or status == LATE else ""
    return page(request, "complaints", who=who, rows=rows, numbers=numbers, late=late, chosen=chosen, today=today)


@router.get("/pengaduan.{form}")
async def export(who: Who, services: Needs, form: Form) -> Response:
    """Every complaint as a spreadsheet, without what participants told; that it was taken is recorded."""
    today = _today(services)
    async with services.database.transaction() as session:
        rows = await desk_complaints.all_complaints(session, who, services.clock())
    lines = [_line(row, today) for row in rows]
    return download(f"pengaduan-{today.isoformat()}", form, words.LABELS["complaint_export"].values(), lines)


@router.get("/pengaduan/{number}")
async def complaint(request: Request, who: Who, services: Needs, number: str) -> Response:
    """One complaint with its history and evidence."""
    async with services.database.sessions() as session:
        found = await desk_complaints.complaint_file(session, number.replace("\x00", ""))
    if found is None:
        raise unknown(who)
    return page(request, "complaint", who=who, file=found, today=_today(services))


@router.post("/pengaduan/{number}/langkah")
async def move(request: Request, who: Changing, services: Needs, number: str) -> Response:
    """Take the next step; the participant is told in the conversation."""
    step = await _step(request, who)
    async with services.database.transaction() as session:
        try:
            moved = await desk_complaints.move_complaint(
                session, who, number.replace("\x00", ""), step, services.clock(), _today(services)
            )
        except StepRefused as refused:
            status = 422 if refused.why in INCOMPLETE else 409
            raise Refused(f"complaint_{refused.why}", status, who=who) from refused
        if moved is None:
            raise unknown(who)
        if moved.complaint.state == ComplaintState.REOPENED and step.promised_on is None:
            moved.complaint.promised_on = _promised_again(services, moved.complaint)
        session.add(_told(services, who, moved, step))
        await announce(session, moved.held.conversation.id)
    return RedirectResponse(f"/desk/pengaduan/{number}", 303)


async def _step(request: Request, who: SignedIn) -> Step:
    after = await field(request, "after")
    if after not in set(ComplaintState):
        raise Refused("complaint_no_step", 409, who=who)
    said = await prose(request, "words")
    if len(said) > LONGEST_WORDS:
        raise Refused("too_long", 422, who=who, limit=LONGEST_WORDS)
    return Step(
        seen=await field(request, "seen"),
        after=ComplaintState(after),
        words=said,
        reference=(await prose(request, "reference"))[:LONGEST_REFERENCE],
        promised_on=_day(await field(request, "promised_on"), who),
    )


def _day(typed: str, who: SignedIn) -> date | None:
    try:
        return date.fromisoformat(typed) if typed.strip() else None
    except ValueError as unreadable:
        raise Refused("complaint_promise", 422, who=who) from unreadable


def _told(services: Services, who: SignedIn, moved: Moved, step: Step) -> Message:
    complaint = moved.complaint
    text = words.WORDS.say(
        f"complaint_state/{step.after.value}",
        number=complaint.number,
        words=step.words,
        reference=complaint.reference,
        promised_on=complaint.promised_on,
        scheme=Scheme(complaint.scheme) if complaint.scheme else None,
    )
    return reply_row(
        moved.held.conversation.id,
        moved.held.contact,
        Reply(text),
        services.clock(),
        author=Author.AGENT,
        staff_id=who.staff_id,
    )


def _promised_again(services: Services, complaint: Complaint) -> date:
    return promise_again(_today(services), complaint.scheme, complaint.category)


def _line(row: Complaint, today: date) -> tuple[Cell, ...]:
    late = row.promised_on < today and row.state not in SETTLED
    return (
        row.number,
        words.label("schemes", row.scheme) if row.scheme else "",
        words.category(row.scheme, row.category),
        words.label("urgencies", row.urgency),
        words.label("complaint_states", row.state),
        row.created_at.astimezone(words.ZONE).date(),
        row.promised_on,
        words.LABELS["yes"] if late else "",
        row.reference or "",
    )


def _today(services: Services) -> date:
    return services.clock().astimezone(words.ZONE).date()
