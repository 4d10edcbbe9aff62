"""Rules tables at the desk: rows by date, a new rate proposed with its source, and every answer it would change."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.desk.administration import Managing
from bot.desk.articles import based_on_of, today_of
from bot.desk.differences import difference
from bot.desk.guard import Administrator, DeskRoute, field, prose, unknown
from bot.desk.mistakes import Mistake, in_regulation
from bot.desk.pages import page
from bot.desk.rule_rows import rows_of
from bot.desk.text_steps import history_of
from bot.editorial import Begun, ChangedAnswer, TextRefused, begin, changed_answers, check_text
from bot.services import Needs, NeedsTexts, Services
from knowledge_base.library import Library
from social_security.editions import regulation
from social_security.regulation_files import MODELS, regulation_text
from social_security.tables import parse_table
from storage.models import TextKind
from storage.revisions import Overtaken, Proposal, is_to_come, open_revisions, save, submit
from storage.staff_sessions import SignedIn

router = APIRouter(prefix="/aturan", route_class=DeskRoute)

KIND = TextKind.REGULATION
#: Days to come that a proposal's answers are compared on.
_MOST_DAYS = 3


@router.get("")
async def regulations(request: Request, who: Administrator, services: Needs) -> Response:
    """All files, with how many rows each has."""
    today = today_of(services)
    async with services.database.sessions() as session:
        waiting = {row.name: row.state for row in await open_revisions(session, KIND)}
    tables = [(name, list(rows_of(regulation(name, model), today))) for name, model in MODELS.items()]
    return page(request, "regulations", who=who, tables=tables, waiting=waiting)


@router.get("/{name}")
async def read(request: Request, who: Administrator, services: Needs, texts: NeedsTexts, name: str) -> Response:
    """A file's rows by date, its history, and what a waiting proposal would change."""
    require_file(who, name)
    today = today_of(services)
    rows, names = await history_of(services, KIND, name)
    waiting = rows[0] if rows and rows[0].state in {"draft", "submitted"} else None
    begins = _new_beginnings(name, waiting.text, today) if waiting else ()
    days = _days(request, today, begins)
    changed = await asyncio.to_thread(changed_by, texts.library, name, waiting.text, days) if waiting else ()
    return page(
        request,
        "regulation",
        who=who,
        name=name,
        dated=list(rows_of(regulation(name, MODELS[name]), today)),
        rows=rows,
        names=names,
        waiting=waiting,
        changed=changed,
        days=days,
        today=today,
        may_follow=not is_to_come(rows[0] if rows else None, services.clock()),
        lines=difference(regulation_text(name), waiting.text) if waiting else (),
    )


@router.get("/{name}/sunting")
async def edit(request: Request, who: Administrator, services: Needs, name: str) -> Response:
    """The text of the file."""
    begun = await begun_from(services, who, name)
    return _form(request, who, name, begun.text, begun.number)


@router.post("/{name}/periksa")
async def check(request: Request, who: Managing, services: Needs, texts: NeedsTexts, name: str) -> Response:
    """What is wrong with the text in the form: a piece of a page."""
    require_file(who, name)
    mistakes = await asyncio.to_thread(mistakes_in, name, await _typed(request), texts.library, today_of(services))
    return page(request, "article_check", who=who, mistakes=mistakes, shown=())


@router.post("/{name}/sunting")
async def keep(request: Request, who: Managing, services: Needs, texts: NeedsTexts, name: str) -> Response:
    """Keep a proposal; with "periksa" only show what it would change."""
    await begun_from(services, who, name)
    text, why, wish = await _typed(request), await prose(request, "why"), await field(request, "do")
    based_on, today = based_on_of(await field(request, "based_on")), today_of(services)
    mistakes = await asyncio.to_thread(mistakes_in, name, text, texts.library, today)
    if mistakes:
        return _form(request, who, name, text, based_on, status=422, why=why, mistakes=mistakes)
    if wish == "periksa":
        days = _days(request, today)
        changed = await asyncio.to_thread(changed_by, texts.library, name, text, days)
        return _form(request, who, name, text, based_on, why=why, changed=changed, checked=True)
    return await propose(request, services, who, Proposal(KIND, name, name, text, based_on, why), wish)


async def propose(request: Request, services: Services, who: SignedIn, proposal: Proposal, wish: str) -> Response:
    """Keep a proposal, and ask for a second person if that is wished; a newer text of somebody else is shown first."""
    name, text = proposal.name, proposal.text
    try:
        async with services.database.transaction() as session:
            revision = await save(session, proposal, who.staff_id, services.clock())
            if wish == "ajukan":
                await submit(session, revision.id, who.staff_id, services.clock())
    except Overtaken as overtaken:
        theirs = overtaken.theirs
        lines = difference(theirs.text, text)
        return _form(request, who, name, text, theirs.number, status=409, why=proposal.why, theirs=theirs, lines=lines)
    return RedirectResponse(f"/desk/aturan/{name}", 303)


def _form(
    request: Request, who: SignedIn, name: str, text: str, based_on: int, *, status: int = 200, **more: Any
) -> Response:
    values = {"mistakes": (), "changed": (), "checked": False, "theirs": None, "lines": (), "why": ""} | more
    return page(
        request,
        "regulation_form",
        who=who,
        status=status,
        name=name,
        text=text,
        based_on=based_on,
        **values,
    )


def mistakes_in(name: str, text: str, library: Library, on: date) -> list[Mistake]:
    """What is wrong with a text of that file."""
    try:
        check_text(KIND, name, text, library, on)
    except TextRefused as refused:
        return in_regulation(refused.problems, text)
    return []


def changed_by(library: Library, name: str, text: str, days: tuple[date, ...]) -> list[ChangedAnswer]:
    """Every answer that the text changes on one of those days."""
    return changed_answers(library, name, text, days)


def _days(request: Request, today: date, begins: Sequence[date] = ()) -> tuple[date, ...]:
    """Today and the day somebody asked for; without one, when new rows begin, or next month's first."""
    try:
        others = [date.fromisoformat(request.query_params.get("tanggal", ""))]
    except ValueError:
        others = list(begins) or [date(today.year + today.month // 12, today.month % 12 + 1, 1)]
    return tuple(dict.fromkeys((today, *others)))


def _new_beginnings(name: str, text: str, today: date) -> list[date]:
    """The first days to come on which rows of a proposed text begin that hold nowhere yet."""
    model = MODELS[name]
    known = {(row.place, row.rule.valid_from) for row in rows_of(regulation(name, model), today)}
    proposed = {(row.place, row.rule.valid_from) for row in rows_of(parse_table(text, name, model), today)}
    return sorted({begins for _, begins in proposed - known if begins > today})[:_MOST_DAYS]


async def begun_from(services: Services, who: SignedIn, name: str) -> Begun:
    """What an edit of that file begins from."""
    require_file(who, name)
    async with services.database.sessions() as session:
        begun = await begin(session, KIND, name)
    assert begun is not None
    return begun


async def _typed(request: Request) -> str:
    return (await field(request, "text")).replace("\r\n", "\n").rstrip() + "\n"


def require_file(who: SignedIn, name: str) -> None:
    """Refuse a file we do not have."""
    if name not in MODELS:
        raise unknown(who)
