"""Who may do what: sessions, form tokens, roles. What is refused is answered kindly and written to the audit log."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from typing_extensions import override

from bot.desk.pages import page, wants_page
from bot.desk.words import LABELS
from bot.inbound import clean_text
from bot.services import Needs, Services, get_services
from bot.web import check_origin
from storage.audit import audit
from storage.desk_work import NotHolding, UnknownConversation
from storage.staff_sessions import SESSION_TERM, SignedIn, signed_in

COOKIE = "pandu_desk"
LARGEST_KEY = 2**63 - 1
LONGEST_FIELD = 20_000
#: Telegram takes 4,096 characters a message.
LONGEST_REPLY = 4_000


class SignInNeeded(Exception):
    """Nobody is signed in, or not any more."""


class Refused(Exception):
    """What was asked is not done. `why` names the words of `labels.yml`; `audited` is the action written down."""

    def __init__(
        self, why: str, status: int, *, who: SignedIn | None = None, audited: str | None = None, **values: object
    ) -> None:
        super().__init__(why)
        self.why = why
        self.status = status
        self.who = who
        self.audited = audited
        self.values = values


class DeskRoute(APIRoute):
    """A route of the desk: whatever is refused inside it becomes a kind page."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def kindly(request: Request) -> Response:
            try:
                return await handle(request)
            except SignInNeeded:
                return _to_sign_in(request)
            except UnknownConversation:
                return await _refuse(request, unknown(request.state.who))
            except NotHolding as taken:
                return await _refuse(request, _not_holding(request.state.who, taken))
            except Refused as refused:
                return await _refuse(request, refused)

        return kindly


async def _who(request: Request, services: Needs) -> SignedIn:
    token = request.cookies.get(COOKIE)
    if token is None:
        raise SignInNeeded
    async with services.database.transaction() as session:
        who = await signed_in(session, token, services.clock(), extend=wants_page(request) or request.method == "POST")
    if who is None:
        raise SignInNeeded
    request.state.who = who
    return who


Who = Annotated[SignedIn, Depends(_who)]
SomebodySignedIn = Depends(_who)


async def _changing(request: Request, who: Who) -> SignedIn:
    given = request.headers.get("x-csrf-token") or await field(request, "csrf")
    if not secrets.compare_digest(given.encode(), who.csrf_token.encode()):
        raise Refused("csrf", 403, who=who, audited="refused_csrf")
    return who


Changing = Annotated[SignedIn, Depends(_changing)]


async def _administrator(who: Who) -> SignedIn:
    if not who.is_administrator:
        raise Refused("role", 403, who=who, audited="refused_role")
    return who


Administrator = Annotated[SignedIn, Depends(_administrator)]
OnlyAdministrators = Depends(_administrator)


async def _from_here(request: Request) -> None:
    try:
        check_origin(request)
    except HTTPException as foreign:
        raise Refused("origin", 403, audited="refused_origin") from foreign


FromHere = Depends(_from_here)


async def sent_file(request: Request, who: SignedIn, most: int, too_large: Refused) -> tuple[str, bytes]:
    """Name and content of the file that was sent, of at most so many bytes."""
    try:
        file = (await request.form()).get("file")
    except HTTPException as unreadable:
        raise too_large from unreadable
    if not isinstance(file, UploadFile) or not file.filename:
        raise Refused("file_missing", 422, who=who)
    content = await file.read(most + 1)
    await file.close()
    if len(content) > most:
        raise too_large
    return file.filename, content


async def field(request: Request, name: str) -> str:
    """A text of the form that was sent, without what a database cannot hold; empty when it is missing."""
    try:
        value = (await request.form()).get(name)
    except HTTPException as unreadable:
        raise Refused("too_long", 413, limit=LONGEST_REPLY) from unreadable
    return clean_secret(value) if isinstance(value, str) else ""


async def prose(request: Request, name: str) -> str:
    """A text somebody wrote, identity numbers masked."""
    return clean_text((await field(request, name))[:LONGEST_FIELD])


def clean_secret(typed: str) -> str:
    """The text as typed, but for what a database cannot hold."""
    return typed.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def known_key(who: SignedIn, key: int) -> int:
    """A number of a row as the database can look for it; others exist nowhere."""
    if key > LARGEST_KEY:
        raise unknown(who)
    return key


def unknown(who: SignedIn) -> Refused:
    """There is no such row, or not in that place."""
    return Refused("unknown", 404, who=who, audited="refused_unknown")


def remember(response: Response, request: Request, token: str) -> None:
    """Put the session into the browser."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_TERM.total_seconds()),
        path="/desk",
        secure=_is_https(request, get_services(request)),
        httponly=True,
        samesite="lax",
    )


def _is_https(request: Request, services: Services) -> bool:
    public = urlsplit(services.settings.public_url or "")
    return request.url.scheme == "https" or (public.scheme == "https" and public.netloc == request.headers.get("host"))


def _to_sign_in(request: Request) -> Response:
    if not wants_page(request):
        return PlainTextResponse(LABELS["refusals"]["signed_out"]["text"], 401)
    back = f"?lanjut={quote(request.url.path)}" if request.method == "GET" else ""
    return RedirectResponse(f"/desk/masuk{back}", 303)


def _not_holding(who: SignedIn, taken: NotHolding) -> Refused:
    why = "held" if taken.holder else "not_held"
    return Refused(why, 409, who=who, audited="refused_not_holding", holder=taken.holder)


def _what(request: Request) -> str:
    """The request as the audit log may keep it: numbers of rows, but no token and nothing that was typed."""
    path: str = request.scope["path"]
    for typed in request.path_params.values():
        if isinstance(typed, str) and typed:
            path = path.replace(typed, "…")
    return f"{request.method} {path}"


async def _refuse(request: Request, refused: Refused) -> Response:
    services = get_services(request)
    if refused.audited:
        async with services.database.transaction() as session:
            staff_id = refused.who.staff_id if refused.who else None
            audit(session, refused.audited, _what(request), staff_id, services.clock())
    words = LABELS["refusals"][refused.why]
    text = words["text"].format(**refused.values)
    if not wants_page(request):
        return PlainTextResponse(text, refused.status)
    return page(request, "refused", who=refused.who, status=refused.status, title=words["title"], text=text)
