"""The pages of the one-time form: whole without JavaScript, kept as far as it is filled in, sent once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser

from bot.forms.taking import Taken, take
from bot.intake import announce
from bot.services import Needs, Services
from bot.turn import reply_row
from bot.web import check_origin, templates
from bot.webchat.uploads import capped
from dialogs.enrolment_items import WORKING_DAYS, item_title
from dialogs.messages import Reply
from dialogs.words import Words
from social_security.working_days import add_working_days
from storage.models import Contact, Conversation, Registration
from storage.registrations import LinkProblem, LinkVoid, OpenForm, form_address, open_form, renew_from, send_form

router = APIRouter(prefix="/formulir")

HERE: Final = Path(__file__).parent
WORDS: Final[dict[str, Any]] = yaml.safe_load((HERE / "words.yml").read_text(encoding="utf-8"))
_SAYS: Final = Words()
_ZONE: Final = ZoneInfo("Asia/Jakarta")
_STATUS: Final = {LinkProblem.UNKNOWN: 404, LinkProblem.USED: 410, LinkProblem.EXPIRED: 410}
_MOST_FILES, _MOST_FIELDS = 8, 32
_templates = templates(HERE / "templates")


@router.get("/{token}")
async def form(request: Request, services: Needs, token: str) -> Response:
    """The form of a link, with what was filled in before."""
    try:
        async with services.database.transaction() as session:
            opened = await open_form(session, services.database.vault, token, services.clock())
            return _form_page(request, opened, Taken())
    except LinkVoid as void:
        return _void_page(request, void.problem, token)


@router.post("/{token}", dependencies=[Depends(check_origin)])
async def send(request: Request, services: Needs, token: str) -> Response:
    """Keep what was sent; when all is there, hand the form to the agents."""
    try:
        async with services.database.transaction() as session:
            await open_form(session, services.database.vault, token, services.clock())
        try:
            sent = await _read(request)
        except MultiPartException:
            return await _too_large(request, services, token)
        try:
            return await _take(request, services, token, sent)
        finally:
            await sent.close()
    except LinkVoid as void:
        return _void_page(request, void.problem, token)


async def _take(request: Request, services: Services, token: str, sent: FormData) -> Response:
    now, vault = services.clock(), services.database.vault
    async with services.database.transaction() as session:
        opened = await open_form(session, vault, token, now)
        taken = await take(opened, sent, vault, now, _local(now).date())
        wants_to_send = sent.get("action") != "save"
        confirmed = sent.get("confirmed") == "yes"
        if opened.missing or taken.problems or not wants_to_send or (taken.warned and not confirmed):
            status = 422 if taken.problems or (wants_to_send and opened.missing) else 200
            return _form_page(request, opened, taken, status=status, tried=wants_to_send)
        promised_on = add_working_days(_local(now).date(), WORKING_DAYS)
        send_form(session, opened, promised_on, now)
        number = opened.registration.number
        text = _SAYS.say("enrol/form_received", number=number, promised_on=promised_on)
        await say_in_chat(session, opened.registration, text, now)
    return _page(request, "message", words=WORDS["done"], renewable=False, token=token)


@router.post("/{token}/baru", dependencies=[Depends(check_origin)])
async def renew(request: Request, services: Needs, token: str) -> Response:
    """Send a new link to the chat of the participant whose link ended; never to whoever holds the old one."""
    now = services.clock()
    try:
        async with services.database.transaction() as session:
            registration, issued = await renew_from(session, token, now)
            if issued:
                link = {"number": issued.number, "address": form_address(services.settings.address, issued.token)}
                text = _SAYS.say("enrol/new_link", link=link, until=_local(issued.until))
                await say_in_chat(session, registration, text, now)
    except LinkVoid as void:
        return _void_page(request, void.problem, token)
    return _page(request, "message", words=WORDS["sent_to_chat"], renewable=False, token=token)


async def say_in_chat(session: AsyncSession, registration: Registration, text: str, now: datetime) -> None:
    """Tell the participant of a registration something in their chat."""
    conversation = await session.get_one(Conversation, registration.conversation_id)
    contact = await session.get_one(Contact, conversation.contact_id)
    session.add(reply_row(conversation.id, contact, Reply(text), now))
    await announce(session, conversation.id)


async def _read(request: Request) -> FormData:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise MultiPartException("A form was expected")
    parser = MultiPartParser(request.headers, capped(request), max_files=_MOST_FILES, max_fields=_MOST_FIELDS)
    return await parser.parse()


async def _too_large(request: Request, services: Services, token: str) -> Response:
    async with services.database.transaction() as session:
        opened = await open_form(session, services.database.vault, token, services.clock())
        return _form_page(request, opened, Taken(), status=413, notice=WORDS["too_large"])


def _form_page(
    request: Request, opened: OpenForm, taken: Taken, *, status: int = 200, tried: bool = False, notice: str = ""
) -> Response:
    missing = {item.name for item in opened.missing} if tried else set()
    return _page(
        request,
        "form",
        status=status,
        opened=opened,
        taken=taken,
        missing=missing,
        notice=notice,
        until=_local(opened.link.expires_at),
        say=_SAYS.say,
        title=lambda item: item_title(item.name, item.person, opened.details),
    )


def _void_page(request: Request, problem: LinkProblem, token: str) -> Response:
    expired = problem is LinkProblem.EXPIRED
    return _page(
        request, "message", status=_STATUS[problem], words=WORDS["void"][problem], renewable=expired, token=token
    )


def _page(request: Request, name: str, /, *, status: int = 200, **values: Any) -> Response:
    html = _templates.get_template(f"{name}.html").render(request=request, all_words=WORDS, **values)
    return HTMLResponse(html, status, {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})


def _local(moment: datetime) -> datetime:
    return moment.astimezone(_ZONE)
