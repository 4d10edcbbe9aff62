"""The steps that both kinds of text take: submitted, decided by a second person, withdrawn, brought back, compared."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.administration import Managing
from bot.desk.differences import difference
from bot.desk.guard import Administrator, DeskRoute, Refused, field, prose, unknown
from bot.desk.pages import page
from bot.desk.words import ZONE
from bot.editorial import Begun, TextRefused, begin, check_text, repository_text, repository_texts
from bot.services import Needs, NeedsTexts, Services
from storage.models import Revision, Staff, TextKind
from storage.revisions import (
    Overtaken,
    Proposal,
    RevisionRefused,
    approve,
    bring_back,
    find_revision,
    history,
    newest_revision,
    refuse,
    submit,
    withdraw,
)
from storage.staff_sessions import SignedIn

#: Where each kind lives at the desk.
PLACES = {TextKind.ARTICLE: "artikel", TextKind.REGULATION: "aturan"}
Step = Callable[[AsyncSession], Awaitable[Revision]]


def steps(kind: TextKind) -> APIRouter:
    """The routes of the steps of one kind."""
    router = APIRouter(prefix=f"/{PLACES[kind]}", route_class=DeskRoute)
    _add_decisions(router, kind)
    _add_returns(router, kind)
    return router


def _add_decisions(router: APIRouter, kind: TextKind) -> None:
    @router.post("/{name}/{number:int}/ajukan")
    async def submit_it(name: str, number: int, who: Managing, services: Needs) -> Response:
        """Ask for a second person."""
        revision = await _revision(services, who, kind, name, number)
        return await _take(services, who, kind, name, lambda s: submit(s, revision.id, who.staff_id, services.clock()))

    @router.post("/{name}/{number:int}/setujui")
    async def approve_it(
        request: Request, name: str, number: int, who: Managing, services: Needs, texts: NeedsTexts
    ) -> Response:
        """Let it be live, now or at a time."""
        revision = await _revision(services, who, kind, name, number)
        now = services.clock()
        at, words = await _moment(request, who, now), await prose(request, "words")
        try:
            await asyncio.to_thread(check_text, kind, name, revision.text, texts.library, at.astimezone(ZONE).date())
        except TextRefused as wrong:
            raise Refused("text_wrong", 409, who=who, problem=str(wrong)) from wrong
        return await _take(
            services,
            who,
            kind,
            name,
            lambda s: approve(s, revision.id, who.staff_id, now, publish_at=at, words=words),
        )

    @router.post("/{name}/{number:int}/tolak")
    async def refuse_it(request: Request, name: str, number: int, who: Managing, services: Needs) -> Response:
        """Send it back with a sentence."""
        revision, words = await _revision(services, who, kind, name, number), await prose(request, "words")
        return await _take(
            services, who, kind, name, lambda s: refuse(s, revision.id, who.staff_id, services.clock(), words)
        )


def _add_returns(router: APIRouter, kind: TextKind) -> None:
    @router.post("/{name}/tarik")
    async def withdraw_it(request: Request, name: str, who: Managing, services: Needs) -> Response:
        """Stop serving it at once."""
        async with services.database.sessions() as session:
            begun = await begin(session, kind, name)
        if begun is None:
            raise unknown(who)
        proposal = Proposal(kind, name, begun.title, begun.text, begun.number, await prose(request, "words"))
        return await _take(services, who, kind, name, lambda s: withdraw(s, proposal, who.staff_id, services.clock()))

    @router.post("/{name}/{number:int}/pulihkan")
    async def bring_it_back(request: Request, name: str, number: int, who: Managing, services: Needs) -> Response:
        """Submit an older text again; 0 is the repository's."""
        async with services.database.sessions() as session:
            newest = await newest_revision(session, kind, name)
            older = await _older(session, kind, name, number)
        if older is None or newest is None:
            raise unknown(who)
        proposal = Proposal(kind, name, older.title, older.text, newest.number, await prose(request, "words"))
        return await _take(services, who, kind, name, lambda s: bring_back(s, proposal, who.staff_id, services.clock()))

    @router.get("/{name}/beda")
    async def compare(request: Request, name: str, who: Administrator, services: Needs) -> Response:
        """The difference between two versions; 0 is the repository's."""
        first, second = (_number(request.query_params.get(key)) for key in ("dari", "ke"))
        async with services.database.sessions() as session:
            before, after = [await _older(session, kind, name, number) for number in (first, second)]
            rows = await history(session, kind, name)
        if before is None or after is None:
            raise unknown(who)
        numbers = [*(row.number for row in rows), *([0] if name in repository_texts(kind) else [])]
        return page(
            request,
            "text_difference",
            who=who,
            place=PLACES[kind],
            name=name,
            numbers=numbers,
            first=first,
            second=second,
            lines=difference(before.text, after.text),
        )


async def history_of(services: Services, kind: TextKind, name: str) -> tuple[Sequence[Revision], dict[int, str]]:
    """The revisions of a text and the names of who worked on them."""
    async with services.database.sessions() as session:
        rows = await history(session, kind, name)
        return rows, await names_of(session, rows)


async def names_of(session: AsyncSession, rows: Sequence[Revision]) -> dict[int, str]:
    """Who wrote and who decided, by number."""
    wanted = {row.author_id for row in rows} | {row.decided_by for row in rows if row.decided_by}
    found = {key: await session.get(Staff, key) for key in wanted}
    return {key: person.name for key, person in found.items() if person is not None}


def chosen_day(request: Request, today: date) -> date:
    """The day of `?tanggal=`, else today."""
    try:
        return date.fromisoformat(request.query_params.get("tanggal", ""))
    except ValueError:
        return today


async def _take(services: Services, who: SignedIn, kind: TextKind, name: str, step: Step) -> Response:
    try:
        async with services.database.transaction() as session:
            await step(session)
    except RevisionRefused as refused:
        raise Refused(f"text_{refused.why}", 409, who=who) from refused
    except Overtaken as overtaken:
        raise Refused("text_state", 409, who=who) from overtaken
    return RedirectResponse(f"/desk/{PLACES[kind]}/{name}", 303)


async def _revision(services: Services, who: SignedIn, kind: TextKind, name: str, number: int) -> Revision:
    async with services.database.sessions() as session:
        found = await find_revision(session, kind, name, _number(str(number)))
    if found is None:
        raise unknown(who)
    return found


async def _older(session: AsyncSession, kind: TextKind, name: str, number: int) -> Begun | None:
    if number == 0:
        return repository_text(kind, name)
    found = await find_revision(session, kind, name, number)
    return Begun(found.text, found.number, found.title) if found else None


async def _moment(request: Request, who: SignedIn, now: datetime) -> datetime:
    """When it is to be live, as typed on western Indonesian time; empty means now."""
    typed = await field(request, "at")
    if not typed:
        return now
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=ZONE)
    except ValueError as unreadable:
        raise Refused("text_time", 422, who=who) from unreadable


def _number(typed: str | None) -> int:
    return min(int(typed), 2**31 - 1) if typed and typed.isascii() and typed.isdigit() else 0
