"""Registrations at the desk: the queue, one form, accepting it, asking for one thing again, the recap for BPJS."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.desk.downloads import download
from bot.desk.guard import Changing, DeskRoute, Refused, Who, field, prose, unknown
from bot.desk.pages import page
from bot.desk.words import LABELS, WORDS, ZONE
from bot.forms.routes import say_in_chat
from bot.services import Needs
from dialogs.enrolment_items import TOLD, item_title
from dialogs.registrations import ItemKind, RegistrationKind, RegistrationState
from storage import desk_registrations
from storage.desk_registrations import NotFiled, RegistrationFile
from storage.registered import begin_membership
from storage.registrations import details_of, form_address
from storage.spreadsheets import Form
from storage.staff_sessions import SignedIn

router = APIRouter(prefix="/pendaftaran", route_class=DeskRoute)

LONGEST_REASON: Final = 200
LONGEST_WORDS: Final = 300


@router.get("")
async def queue(request: Request, who: Who, services: Needs, status: str = "") -> Response:
    """Registrations by promised date; those not accepted unless a state is chosen."""
    state = next((known for known in RegistrationState if known == status), None)
    async with services.database.sessions() as session:
        rows = await desk_registrations.registrations(session, services.database.vault, state)
        counts = await desk_registrations.registration_counts(session)
    today = services.clock().astimezone(ZONE).date()
    return page(request, "registrations", who=who, rows=rows, counts=counts, chosen=state, today=today)


@router.get("/{number}")
async def one(request: Request, who: Who, services: Needs, number: str) -> Response:
    """One registration, masked."""
    async with services.database.sessions() as session:
        found = await desk_registrations.registration_file(session, services.database.vault, _clean(number))
    return _file_page(request, who, found)


@router.post("/{number}/buka")
async def unmask(request: Request, who: Changing, services: Needs, number: str) -> Response:
    """The same with everything readable, once, for a reason."""
    reason = await _reason(request, who)
    async with services.database.transaction() as session:
        found = await desk_registrations.open_registration(
            session, services.database.vault, who, _clean(number), reason, services.clock()
        )
    return _file_page(request, who, found)


@router.post("/{number}/dokumen/{name}")
async def document(request: Request, who: Changing, services: Needs, number: str, name: str) -> Response:
    """A document, opened for this look only, for a reason."""
    reason = await _reason(request, who)
    async with services.database.transaction() as session:
        opened = await desk_registrations.open_document(
            session, services.database.vault, who, _clean(number), _clean(name), services.clock(), reason
        )
    if opened is None:
        raise unknown(who)
    content, media_type = opened
    headers = {"Content-Disposition": "inline", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)


@router.post("/{number}/terima")
async def accept(who: Changing, services: Needs, number: str) -> Response:
    """Accept a complete form; the participant is told."""
    now, words = services.clock(), WORDS.say("registration_accepted", number=_clean(number))
    try:
        async with services.database.transaction() as session:
            registration = await desk_registrations.accept(session, who, _clean(number), words, now)
            if registration is None:
                raise unknown(who)
            await begin_membership(session, services.database.vault, registration, now.astimezone(ZONE).date())
            await say_in_chat(session, registration, words, now)
    except NotFiled:
        raise Refused("not_filed", 409, who=who) from None
    return RedirectResponse(f"/desk/pendaftaran/{number}", 303)


@router.post("/{number}/kurang")
async def ask_again(request: Request, who: Changing, services: Needs, number: str) -> Response:
    """Say what is missing or unreadable; the participant gets a link on which only that is asked."""
    name, wrong = await field(request, "item"), (await prose(request, "words"))[:LONGEST_WORDS]
    now, vault = services.clock(), services.database.vault
    if not wrong:
        raise Refused("empty", 422, who=who)
    try:
        async with services.database.transaction() as session:
            asked = await desk_registrations.ask_again(
                session, services.database.vault, who, _clean(number), name, wrong, now
            )
            if asked is None:
                raise unknown(who)
            registration, item, link = asked
            words = WORDS.say(
                "registration_item_wrong",
                number=registration.number,
                title=item_title(item.name, item.person, details_of(vault, registration)),
                wrong=wrong,
                address=form_address(services.settings.address, link.token),
                until=link.until.astimezone(ZONE),
            )
            await say_in_chat(session, registration, words, now)
    except NotFiled:
        raise Refused("not_filed", 409, who=who) from None
    return RedirectResponse(f"/desk/pendaftaran/{number}", 303)


@router.post("/rekap/{kind}")
async def recap(request: Request, who: Changing, services: Needs, kind: RegistrationKind) -> Response:
    """Accepted registrations as CSV or XLSX, in the order of BPJS's form, for a reason."""
    reason = await _reason(request, who)
    form = Form.XLSX if await field(request, "form") == Form.XLSX else Form.CSV
    async with services.database.transaction() as session:
        people = await desk_registrations.recap(session, services.database.vault, who, kind, reason, services.clock())
    day = services.clock().astimezone(ZONE).date()
    columns = LABELS["recap"][kind]
    rows = ([_cell(column, person.get(column)) for column in columns] for person in people)
    return download(f"rekap-{kind}-{day}", form, columns.values(), rows)


def _cell(column: str, value: Any) -> str:
    if isinstance(value, list):
        value = " ".join(value)
    if column == "relation":
        value = LABELS["relations"][value or "self"]
    text = "" if value is None else str(value)
    return text.replace("+62", "0", 1) if column == "phone" else text


def _file_page(request: Request, who: SignedIn, found: RegistrationFile | None) -> Response:
    if found is None:
        raise unknown(who)
    titles = {item.name: item_title(item.name, item.person, found.details) for item in found.items}
    asked = titles | {name: item_title(name, None, found.details) for name in TOLD if name in found.details}
    return page(request, "registration", who=who, file=found, titles=titles, asked=asked, a_file=ItemKind.FILE.value)


async def _reason(request: Request, who: SignedIn) -> str:
    reason = (await prose(request, "reason"))[:LONGEST_REASON]
    if not reason:
        raise Refused("reason_missing", 422, who=who)
    return reason


def _clean(typed: str) -> str:
    return typed.replace("\x00", "")
