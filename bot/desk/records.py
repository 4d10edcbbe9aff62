"""Leads and nudges: the lists agents work through."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.desk.guard import Changing, DeskRoute, Refused, Who, known_key, prose, unknown
from bot.desk.pages import page
from bot.desk.words import ZONE
from bot.services import Needs, Services
from storage import desk_records
from storage.audit import audit
from storage.desk_records import LeadRow, Unmasked
from storage.nudge_effect import nudge_effect
from storage.nudges import NotUnknown, send_again
from storage.staff_sessions import SignedIn

router = APIRouter(route_class=DeskRoute)

NUDGES_SHOWN_FOR = timedelta(days=14)
EFFECT_SHOWN_FOR = timedelta(days=90)
LONGEST_REASON = 200


@router.get("/prospek")
async def leads(request: Request, who: Who, services: Needs, *, selesai: bool = False) -> Response:
    """People who want to be contacted."""
    return await _leads_page(request, who, services, done=selesai)


@router.post("/prospek/{lead_id:int}/selesai")
async def finish(who: Changing, services: Needs, lead_id: int) -> Response:
    """Mark a lead as contacted."""
    async with services.database.transaction() as session:
        if not await desk_records.finish_lead(session, who, known_key(who, lead_id), services.clock()):
            raise unknown(who)
    return RedirectResponse("/desk/prospek", 303)


@router.post("/prospek/{lead_id:int}/buka")
async def unmask(request: Request, who: Changing, services: Needs, lead_id: int) -> Response:
    """Show a lead's name and number once; the reason goes into the audit log."""
    reason = (await prose(request, "reason"))[:LONGEST_REASON]
    if not reason:
        raise Refused("reason_missing", 422, who=who)
    async with services.database.transaction() as session:
        opened = await desk_records.unmask_lead(
            session, services.database.vault, who, known_key(who, lead_id), reason, services.clock()
        )
    if opened is None:
        raise unknown(who)
    return await _leads_page(request, who, services, done=False, opened=(lead_id, opened))


@router.get("/pengingat")
async def nudges(request: Request, who: Who, services: Needs) -> Response:
    """How the nudges of the last days stand, and those nobody can tell of."""
    since = (_local(services) - NUDGES_SHOWN_FOR).date()
    async with services.database.sessions() as session:
        rows = await desk_records.nudge_counts(session, since)
        lost = await desk_records.unknown_nudges(session)
        effect = await nudge_effect(session, since - EFFECT_SHOWN_FOR, _local(services).date())
    return page(request, "nudges", who=who, rows=rows, days=desk_records.by_day(rows), lost=lost, effect=effect)


@router.post("/pengingat/{nudge_id:int}/kirim-ulang")
async def send_nudge_again(who: Changing, services: Needs, nudge_id: int) -> Response:
    """Send a nudge of which nobody knows once more; only because somebody decided so."""
    async with services.database.transaction() as session:
        try:
            whose = await send_again(session, known_key(who, nudge_id), services.clock())
        except NotUnknown as over:
            raise Refused("nudge_over", 409, who=who) from over
        if whose is None:
            raise unknown(who)
        audit(session, "nudge_sent_again", f"nudge {nudge_id}", who.staff_id, services.clock())
    return RedirectResponse("/desk/pengingat", 303)


async def _leads_page(
    request: Request, who: SignedIn, services: Services, *, done: bool, opened: tuple[int, Unmasked] | None = None
) -> Response:
    async with services.database.sessions() as session:
        rows: list[LeadRow] = await desk_records.leads(session, services.database.vault, done=done)
    return page(request, "leads", who=who, rows=rows, done=done, opened=opened)


def _local(services: Services) -> datetime:
    return services.clock().astimezone(ZONE)
