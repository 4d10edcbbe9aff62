"""A new rate at the desk: a form with the row that holds, to which a date, a source and new values are given.

From it the text of the file is made, checked and proposed as any other text of a table of rules.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.desk.administration import Managing
from bot.desk.articles import based_on_of, today_of
from bot.desk.guard import Administrator, DeskRoute, field, prose, unknown
from bot.desk.mistakes import Mistake
from bot.desk.pages import page
from bot.desk.regulations import KIND, changed_by, mistakes_in, propose, require_file
from bot.desk.rule_rows import DatedRow, is_key, rows_of, value_label
from bot.desk.words import LABELS
from bot.editorial import repository_texts
from bot.services import Needs, NeedsTexts, Services
from social_security.confirmations import confirmation_table
from social_security.following_rows import NewRow, NoSuchRow, NotOfKind, WrittenValue, followed, values_in
from social_security.regulation_files import MODELS
from social_security.tables import Confidence, parse_table
from storage.live_texts import live_texts
from storage.models import Revision
from storage.revisions import Proposal, is_to_come, newest_revision
from storage.staff_sessions import SignedIn

router = APIRouter(prefix="/aturan/{name}/baris/{row}", route_class=DeskRoute)

FRAME: Final = ("valid_from", "valid_until", "article", "source", "confidence", "confirm")
#: What lies later is a slip of the finger.
_LATEST: Final = date(2100, 1, 1)
_MAY_BE_EMPTY: Final = frozenset({"valid_until", "confirm"})


@dataclass(frozen=True)
class _Standing:
    """The row that a new one is to follow."""

    file: str
    text: str
    row: DatedRow
    values: Sequence[WrittenValue]
    #: The newest version of the file, None for the repository's.
    newest: Revision | None

    @property
    def asked(self) -> list[tuple[WrittenValue, str]]:
        """The values that may be new, with what they are called."""
        return [(value, value_label(value.path)) for value in self.values if not is_key(value.path)]


class _Unfit(ValueError):
    """The form is not filled in as it must be."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(f"{one.field}: {one.text}" for one in mistakes))
        self.mistakes = mistakes


@router.get("")
async def begin_rate(request: Request, who: Administrator, services: Needs, name: str, row: str) -> Response:
    """The empty frame of a new row, and the values that hold."""
    standing = await _standing(who, services, name, row)
    if is_to_come(standing.newest, services.clock()):
        return RedirectResponse(f"/desk/aturan/{name}", 303)
    typed = {**dict.fromkeys(FRAME, ""), **{value.name: value.written for value, _ in standing.asked}}
    return _form(request, who, standing, typed, standing.newest.number if standing.newest else 0)


@router.post("")
async def keep_rate(
    request: Request, who: Managing, services: Needs, texts: NeedsTexts, name: str, row: str
) -> Response:
    """Keep the proposal; with "periksa" only show which answers it would change."""
    standing, today = await _standing(who, services, name, row), today_of(services)
    names = [*FRAME, *(value.name for value, _ in standing.asked)]
    typed = {one: (await prose(request, one)).strip() for one in names}
    based_on, why = based_on_of(await field(request, "based_on")), await prose(request, "why")
    wish = await field(request, "do")
    try:
        begins, ends, text = _written(standing, typed)
    except _Unfit as unfit:
        return _form(request, who, standing, typed, based_on, status=422, why=why, mistakes=unfit.mistakes)
    if wrong := await asyncio.to_thread(mistakes_in, name, text, texts.library, today):
        mistakes = [_at_field(one, names) for one in wrong]
        return _form(request, who, standing, typed, based_on, status=422, why=why, mistakes=mistakes)
    if wish == "periksa":
        days = (today, begins, *([ends + timedelta(days=1)] if ends else []))
        changed = await asyncio.to_thread(changed_by, texts.library, name, text, days)
        return _form(request, who, standing, typed, based_on, why=why, changed=changed, checked=True)
    return await propose(request, services, who, Proposal(KIND, name, name, text, based_on, why), wish)


async def _standing(who: SignedIn, services: Services, name: str, row: str) -> _Standing:
    require_file(who, name)
    async with services.database.sessions() as session:
        newest = await newest_revision(session, KIND, name)
        live = (await live_texts(session, services.clock())).regulations.get(name)
    text = live.text if live and live.text is not None else repository_texts(KIND)[name]
    dated = rows_of(parse_table(text, name, MODELS[name]), today_of(services))
    found = next((one for one in dated if one.name == row), None)
    if found is None:
        raise unknown(who)
    try:
        return _Standing(name, text, found, values_in(text, row), newest)
    except NoSuchRow as written_otherwise:
        raise unknown(who) from written_otherwise


def _written(standing: _Standing, typed: Mapping[str, str]) -> tuple[date, date | None, str]:
    """The day the new row begins, its last day, and the text with it. Raises `_Unfit`."""
    if missing := [name for name in FRAME if name not in _MAY_BE_EMPTY and not typed[name]]:
        raise _Unfit([_problem(name, "missing") for name in missing])
    begins, ends = _day(typed, "valid_from"), _day(typed, "valid_until") if typed["valid_until"] else None
    if begins <= standing.row.rule.valid_from:
        raise _Unfit([_problem("valid_from", "too_early")])
    runs_on = standing.row.rule.valid_until is None
    if runs_on and all(typed[value.name] == value.written for value, _ in standing.asked):
        raise _Unfit([_problem("", "unchanged")])
    if typed["confidence"] not in set(Confidence):
        raise _Unfit([_problem("confidence", "missing")])
    new = NewRow(
        valid_from=begins,
        valid_until=ends,
        article=typed["article"],
        source=typed["source"],
        confidence=Confidence(typed["confidence"]),
        confirm=typed["confirm"] if typed["confirm"] in confirmation_table().confirmations else None,
        values={name: value for name, value in typed.items() if name not in FRAME},
    )
    try:
        return begins, ends, followed(standing.text, standing.row.name, new)
    except NotOfKind as other:
        raise _Unfit([_problem(other.name, other.kind)]) from other


def _day(typed: Mapping[str, str], name: str) -> date:
    try:
        found = date.fromisoformat(typed[name])
    except ValueError as unreadable:
        raise _Unfit([_problem(name, "date")]) from unreadable
    if found > _LATEST:
        raise _Unfit([_problem(name, "too_far")])
    return found


def _problem(name: str, why: str) -> Mistake:
    return Mistake(name, None, LABELS["rule_row_problems"][why])


def _at_field(mistake: Mistake, names: Sequence[str]) -> Mistake:
    """The mistake at the field it is about, when one can tell; else above the form, with what is written there."""
    name = max((one for one in names if mistake.field.endswith(f".{one}")), key=len, default="")
    return Mistake(name, None, mistake.text, mistake.quote)


def _form(
    request: Request,
    who: SignedIn,
    standing: _Standing,
    typed: Mapping[str, str],
    based_on: int,
    *,
    status: int = 200,
    **more: Any,
) -> Response:
    values = {"mistakes": (), "changed": (), "checked": False, "why": ""} | more
    return page(
        request,
        "new_rate",
        who=who,
        status=status,
        standing=standing,
        typed=typed,
        based_on=based_on,
        confirmations=confirmation_table().confirmations,
        **values,
    )
