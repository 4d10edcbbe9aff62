"""Articles and rules as a ZIP: taken away whole, sent back, looked at first, and submitted for a second person."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.desk.administration import Managing
from bot.desk.articles import today_of
from bot.desk.differences import difference
from bot.desk.guard import Administrator, DeskRoute, OnlyAdministrators, Refused, field, sent_file
from bot.desk.mistakes import Mistake, in_article, in_regulation
from bot.desk.pages import page
from bot.desk.words import LABELS
from bot.services import Needs, NeedsTexts
from bot.text_archives import BadArchive, Incoming, report, take_in, texts_out, unzipped, zipped
from storage.models import TextKind
from storage.revisions import Overtaken
from storage.staff_sessions import SignedIn

router = APIRouter(prefix="/berkas-isi", route_class=DeskRoute)

LARGEST_FILE = 5_000_000


@router.get("")
async def form(request: Request, who: Administrator) -> Response:
    """Where the ZIP is taken and sent."""
    return page(request, "text_archives", who=who, rows=None, taken=None)


@router.get("/unduh.zip", dependencies=[OnlyAdministrators])
async def take_away(services: Needs) -> Response:
    """Everything that is live, as the repository's files."""
    async with services.database.sessions() as session:
        content = zipped(await texts_out(session, services.clock()))
    headers = {"Content-Disposition": 'attachment; filename="pandu-isi.zip"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/zip", headers=headers)


@router.post("")
async def send(request: Request, who: Managing, services: Needs, texts: NeedsTexts) -> Response:
    """What the ZIP would change; with "ajukan" it is submitted, too."""
    wish, (_, content) = await field(request, "do"), await sent_file(request, who, LARGEST_FILE, _refused(who))
    taken = None
    try:
        async with services.database.transaction() as session:
            rows = await report(session, unzipped(content), texts.library, today_of(services))
            if wish == "ajukan":
                why = LABELS["archive_why"]
                taken = await take_in(session, rows, who.staff_id, services.clock(), why)
    except BadArchive as bad:
        raise _refused(who) from bad
    except Overtaken as overtaken:
        raise Refused("text_state", 409, who=who) from overtaken
    shown = [(row, difference(row.before, row.text), _mistakes_in(row)) for row in rows]
    return page(request, "text_archives", who=who, rows=shown, taken=taken)


def _mistakes_in(row: Incoming) -> list[Mistake]:
    if row.kind == TextKind.REGULATION:
        return in_regulation(row.problems, row.text)
    return in_article(row.problems)


def _refused(who: SignedIn) -> Refused:
    return Refused("archive", 422, who=who, limit=f"{LARGEST_FILE // 1_000_000} MB")
