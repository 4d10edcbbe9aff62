"""Administrators' pages: who works here, and what was done."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from bot.desk.guard import Administrator, Changing, DeskRoute, Refused, field, known_key
from bot.desk.pages import page
from bot.intake import announce
from bot.services import Needs, Services
from storage.audit import newest_entries
from storage.models import Role
from storage.staff import StaffRefused, disable_staff, invite, list_staff
from storage.staff_sessions import SignedIn

router = APIRouter(route_class=DeskRoute)


async def _managing(who: Changing, _: Administrator) -> SignedIn:
    return who


Managing = Annotated[SignedIn, Depends(_managing)]


@router.get("/petugas")
async def staff(request: Request, who: Administrator, services: Needs) -> Response:
    """Everybody at the desk."""
    return await _staff_page(request, who, services)


@router.post("/petugas/undang")
async def invite_somebody(request: Request, services: Needs, who: Managing) -> Response:
    """Make an invitation; its link is shown once."""
    role = Role.ADMINISTRATOR if await field(request, "role") == Role.ADMINISTRATOR else Role.AGENT
    async with services.database.transaction() as session:
        token = await invite(session, role, services.clock(), who.staff_id)
    base = (services.settings.public_url or str(request.base_url)).rstrip("/")
    return await _staff_page(request, who, services, link=f"{base}/desk/undangan/{token}", invited=role)


@router.post("/petugas/{staff_id:int}/tutup")
async def disable(services: Needs, staff_id: int, who: Managing) -> Response:
    """End somebody's account; their conversations wait again."""
    try:
        async with services.database.transaction() as session:
            for waiting in await disable_staff(session, known_key(who, staff_id), services.clock(), who.staff_id):
                await announce(session, waiting)
    except StaffRefused as refused:
        raise Refused(refused.problem, 409, who=who) from refused
    return RedirectResponse("/desk/petugas", 303)


@router.get("/catatan-audit")
async def audit_log(request: Request, who: Administrator, services: Needs) -> Response:
    """What was done lately."""
    async with services.database.sessions() as session:
        return page(request, "audit", who=who, entries=await newest_entries(session))


async def _staff_page(
    request: Request, who: SignedIn, services: Services, *, link: str | None = None, invited: Role | None = None
) -> Response:
    async with services.database.sessions() as session:
        people = await list_staff(session)
    return page(request, "staff", who=who, people=people, link=link, invited=invited)
