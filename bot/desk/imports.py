"""Bills and payments from files: sent by an agent, taken in row by row, with a report that says what is left to do."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select

from bot.desk.downloads import download
from bot.desk.guard import Changing, DeskRoute, Refused, Who, field, known_key, sent_file, unknown
from bot.desk.pages import page
from bot.desk.words import LABELS, label
from bot.services import Needs
from storage.contribution_files import Kind, Table, import_table, rows_of
from storage.models import ContributionImport
from storage.spreadsheets import Form, UnreadableTable
from storage.staff_sessions import SignedIn

router = APIRouter(prefix="/iuran/impor", route_class=DeskRoute)

LARGEST_FILE = 5_000_000
MOST_LISTED = 20


@router.get("")
async def form(request: Request, who: Who, services: Needs) -> Response:
    """Where a file is chosen, with the reports of the files before it."""
    latest = select(ContributionImport).order_by(ContributionImport.id.desc()).limit(MOST_LISTED)
    async with services.database.sessions() as session:
        before = (await session.scalars(latest)).all()
    return page(request, "import_form", who=who, kinds=Kind, before=before)


@router.post("")
async def take(request: Request, who: Changing, services: Needs) -> Response:
    """Take a file in; the answer is its report."""
    table = await _table(request, who)
    try:
        async with services.database.transaction() as session:
            number = await import_table(session, services.database.vault, who, table, services.clock())
    except UnreadableTable as unreadable:
        raise _refused(who, unreadable) from unreadable
    return RedirectResponse(f"/desk/iuran/impor/{number}", 303)


@router.get("/{import_id:int}")
async def report(request: Request, who: Who, services: Needs, import_id: int) -> Response:
    """What became of a file's rows."""
    async with services.database.sessions() as session:
        found = await session.get(ContributionImport, known_key(who, import_id))
    if found is None:
        raise unknown(who)
    return page(request, "import_report", who=who, found=found)


@router.get("/{import_id:int}/sisa.{form}")
async def left_over(who: Who, services: Needs, import_id: int, form: Form) -> Response:
    """The rows that were not taken, as a table."""
    async with services.database.sessions() as session:
        found = await session.get(ContributionImport, known_key(who, import_id))
    if found is None:
        raise unknown(who)
    rows = (
        (row["row"], label("import_outcomes", row["outcome"]), label("import_reasons", row["reason"]))
        for row in found.rows
    )
    return download(f"impor-{import_id}-sisa", form, LABELS["import_columns"].values(), rows)


async def _table(request: Request, who: SignedIn) -> Table:
    kind = Kind.BILLS if await field(request, "kind") == Kind.BILLS else Kind.PAYMENTS
    name, content = await sent_file(request, who, LARGEST_FILE, _refused(who, UnreadableTable("too_long")))
    try:
        return Table(kind, name, await asyncio.to_thread(rows_of, content))
    except UnreadableTable as unreadable:
        raise _refused(who, unreadable) from unreadable


def _refused(who: SignedIn, unreadable: UnreadableTable) -> Refused:
    return Refused(f"table_{unreadable.why}", 422, who=who)
