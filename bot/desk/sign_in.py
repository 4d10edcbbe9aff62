"""Coming in and going out: the invitation, the sign-in, the sign-out."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.desk.guard import COOKIE, Changing, DeskRoute, FromHere, clean_secret, field, remember
from bot.desk.pages import page
from bot.services import Needs
from storage.staff import StaffRefused, accept_invitation, open_invitation
from storage.staff_sessions import NewSession, NotSignedIn, open_session, sign_in, sign_out

router = APIRouter(route_class=DeskRoute)

_STATUS = {NotSignedIn.WRONG: 401, NotSignedIn.TOO_MANY: 429}


@router.get("/masuk")
async def sign_in_page(request: Request, lanjut: str = "") -> Response:
    """The form."""
    return page(request, "sign_in", problem=None, email="", onward=_inside(lanjut))


@router.post("/masuk", dependencies=[FromHere])
async def sign_in_with(request: Request, services: Needs) -> Response:
    """Sign in and go on to where one wanted to be."""
    email, onward = await field(request, "email"), _inside(await field(request, "lanjut"))
    password, address = await field(request, "password"), request.client.host if request.client else ""
    outcome = await sign_in(services.database, email=email, password=password, address=address, now=services.clock())
    if isinstance(outcome, NotSignedIn):
        return page(request, "sign_in", status=_STATUS[outcome], problem=outcome, email=email, onward=onward)
    return _welcome(request, outcome, onward)


@router.post("/keluar")
async def leave(who: Changing, services: Needs) -> Response:
    """Sign out."""
    async with services.database.transaction() as session:
        await sign_out(session, who, services.clock())
    response = RedirectResponse("/desk/masuk", 303)
    response.delete_cookie(COOKIE, path="/desk")
    return response


@router.get("/undangan/{token}")
async def invitation_page(request: Request, services: Needs, token: str) -> Response:
    """Who was invited sets name, e-mail and password."""
    try:
        async with services.database.transaction() as session:
            await open_invitation(session, clean_secret(token), services.clock())
    except StaffRefused as refused:
        return page(request, "invitation_void", status=410, problem=refused.problem)
    return page(request, "invitation", problem=None, name="", email="")


@router.post("/undangan/{token}", dependencies=[FromHere])
async def accept(request: Request, services: Needs, token: str) -> Response:
    """Make the account and sign it in."""
    name, email = await field(request, "name"), await field(request, "email")
    password, now = await field(request, "password"), services.clock()
    try:
        async with services.database.transaction() as session:
            staff = await accept_invitation(
                session, clean_secret(token), name=name, email=email, password=password, now=now
            )
            opened = await open_session(session, staff.id, now)
    except StaffRefused as refused:
        if refused.problem.endswith("_invitation"):
            return page(request, "invitation_void", status=410, problem=refused.problem)
        return page(request, "invitation", status=422, problem=refused.problem, name=name, email=email)
    return _welcome(request, opened, "/desk")


def _welcome(request: Request, opened: NewSession, onward: str) -> Response:
    response = RedirectResponse(onward, 303)
    remember(response, request, opened.token)
    return response


def _inside(path: str) -> str:
    """A path of the desk to go on to; anything else leads to its first page."""
    return path if path.startswith("/desk/") and "\\" not in path and not path.startswith("/desk/masuk") else "/desk"
