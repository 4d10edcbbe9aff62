"""An article at the desk: read on any day, written in a form that a second person approves."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.desk.administration import Managing
from bot.desk.article_form import FIELDS, choices, empty_fields, fields_of, text_of
from bot.desk.borrowing import numbers_in, without_gone
from bot.desk.differences import difference
from bot.desk.guard import Administrator, DeskRoute, field, prose, unknown
from bot.desk.mistakes import Mistake, in_article
from bot.desk.pages import page
from bot.desk.periods import PERIODS
from bot.desk.previews import Preview, previews
from bot.desk.text_steps import chosen_day, history_of
from bot.desk.words import LABELS, ZONE
from bot.editorial import Begun, TextRefused, begin, check_text, intents, repository_texts
from bot.services import Needs, NeedsTexts, Services
from dialogs.words import Words
from knowledge_base.article import Article, ArticleError, parse_article
from knowledge_base.library import Expired, Library
from social_security.facts import all_facts
from storage.article_use import ArticleUse, article_use
from storage.lessons import hold_messages, settle
from storage.models import Settlement, TextKind
from storage.revisions import Overtaken, Proposal, save, submit
from storage.staff_sessions import SignedIn

router = APIRouter(prefix="/artikel", route_class=DeskRoute)

KIND = TextKind.ARTICLE


@router.get("/baru")
async def new(request: Request, who: Administrator, services: Needs) -> Response:
    """A new article, perhaps begun from a question."""
    question = request.query_params.get("tanya", "")[:200].strip()
    return form_page(request, who, services, "", empty_fields(today_of(services), question), 0)


@router.post("/baru")
async def create(request: Request, who: Managing, services: Needs, texts: NeedsTexts) -> Response:
    """Keep a new article; its name comes from its title."""
    fields = await _typed(request)
    slug = re.sub(r"[^a-z0-9]+", "-", fields["title"].casefold()).strip("-")[:60].strip("-") or "artikel"
    return await _keep(request, who, services, texts.library, slug, fields, is_new=True)


@router.post("/periksa")
async def check(request: Request, who: Managing, services: Needs, texts: NeedsTexts) -> Response:
    """What is wrong with what stands in the form, and how it would look: a piece of a page."""
    fields, slug = await _typed(request), await field(request, "slug") or "baru"
    values = await asyncio.to_thread(_tried, fields, slug, texts.library, _typed_day(fields, services))
    return page(request, "article_check", who=who, **values)


@router.get("/{slug}")
async def read(request: Request, who: Administrator, services: Needs, texts: NeedsTexts, slug: str) -> Response:
    """An article as it is said on a day, and its history."""
    rows, names = await history_of(services, KIND, slug)
    live = texts.library.articles.get(slug)
    if live is None and not rows:
        raise unknown(who)
    on = chosen_day(request, today_of(services))
    newest = rows[0] if rows else None
    waiting = newest if newest and newest.state in {"draft", "submitted"} else None
    return page(
        request,
        "article",
        who=who,
        slug=slug,
        live=live,
        title=live.title if live else rows[0].title,
        shown=_previews_on(texts.library, live, on) if live else (),
        proposed=_previews_of(texts.library, waiting.text, slug, on) if waiting else (),
        on=on,
        rows=rows,
        names=names,
        waiting=waiting,
        use=await _use(services, slug),
        original=slug in repository_texts(KIND),
    )


@router.get("/{slug}/sunting")
async def edit(request: Request, who: Administrator, services: Needs, texts: NeedsTexts, slug: str) -> Response:
    """The form; a question from outside becomes one more way of asking."""
    begun = await begun_or_unknown(services, who, slug)
    try:
        fields = fields_of(parse_article(begun.text, slug))
    except ArticleError as unreadable:
        raise unknown(who) from unreadable
    question = request.query_params.get("tanya", "")[:200].strip()
    if question and question not in fields["questions"].splitlines():
        fields["questions"] += f"\n{question}"
    shown = _previews_of(texts.library, begun.text, slug, today_of(services))
    return form_page(request, who, services, slug, fields, begun.number, shown=shown)


@router.post("/{slug}/sunting")
async def keep(request: Request, who: Managing, services: Needs, texts: NeedsTexts, slug: str) -> Response:
    """Keep what was written as a draft, and ask for a second person when wished."""
    await begun_or_unknown(services, who, slug)
    return await _keep(request, who, services, texts.library, slug, await _typed(request))


async def _keep(
    request: Request,
    who: SignedIn,
    services: Services,
    library: Library,
    slug: str,
    fields: dict[str, str],
    *,
    is_new: bool = False,
) -> Response:
    text, based_on = text_of(fields, intents()), based_on_of(await field(request, "based_on"))
    why, wish, sources = await prose(request, "why"), await field(request, "do"), await field(request, "messages")
    values = await asyncio.to_thread(_tried, fields, slug, library, _typed_day(fields, services))

    form_slug = "" if is_new else slug

    def again(status: int, **more: Any) -> Response:
        carried = {**values, "why": why, "messages": sources, **more}
        return form_page(request, who, services, form_slug, fields, based_on, status=status, **carried)

    if wish == "periksa" or values["mistakes"]:
        return again(200 if wish == "periksa" else 422)
    proposal = Proposal(KIND, slug, fields["title"].strip(), text, 0 if is_new else based_on, why)
    numbers = numbers_in(sources)
    try:
        async with services.database.transaction() as session:
            if len(there := await hold_messages(session, numbers)) < len(numbers):
                sources, fields["questions"] = without_gone(sources, fields["questions"], there)
                return again(409, mistakes=_mistake("questions", "forgotten"))
            if is_new and await begin(session, KIND, slug) is not None:
                return again(409, mistakes=_mistake("title", "taken"))
            now = services.clock()
            revision = await save(session, proposal, who.staff_id, now)
            if numbers:
                settlement = Settlement.NEW_ARTICLE if is_new else Settlement.NEW_QUESTION
                await settle(session, numbers, settlement, who.staff_id, now, article=slug)
            if wish == "ajukan":
                await submit(session, revision.id, who.staff_id, now)
    except Overtaken as overtaken:
        form_slug, based_on = overtaken.theirs.name, overtaken.theirs.number
        return again(409, theirs=overtaken.theirs, lines=difference(overtaken.theirs.text, text))
    return RedirectResponse(f"/desk/artikel/{slug}", 303)


def _mistake(name: str, why: str) -> list[Mistake]:
    return [Mistake(name, None, LABELS["article_form_problems"][why])]


def form_page(
    request: Request,
    who: SignedIn,
    services: Services,
    slug: str,
    fields: Mapping[str, str],
    based_on: int,
    *,
    status: int = 200,
    **more: Any,
) -> Response:
    """The form. `messages` are those whose wordings stand in it (see `bot.desk.borrowing`)."""
    today = today_of(services)
    empty = {"mistakes": (), "shown": (), "theirs": None, "lines": (), "why": "", "messages": ""}
    values = {**empty, "day": fields.get("day", ""), **more}
    return page(
        request,
        "article_form",
        who=who,
        status=status,
        slug=slug,
        fields=fields,
        based_on=based_on,
        choices=choices(),
        intents=sorted(intents()),
        facts=all_facts(today).values(),
        **values,
    )


def _tried(fields: Mapping[str, str], slug: str, library: Library, on: date) -> dict[str, Any]:
    text = text_of(fields, intents())
    try:
        check_text(KIND, slug, text, library, on)
    except TextRefused as refused:
        return {"mistakes": in_article(refused.problems, fields), "shown": _previews_of(library, text, slug, on)}
    return {"mistakes": (), "shown": _previews_of(library, text, slug, on)}


async def _use(services: Services, slug: str) -> list[tuple[int, ArticleUse]]:
    """How the article served over each period."""
    async with services.database.sessions() as session:
        found = [await article_use(session, services.clock() - timedelta(days=days), slug) for days in PERIODS]
    return [(days, used.get(slug, ArticleUse())) for days, used in zip(PERIODS, found, strict=True)]


def _previews_of(library: Library, text: str, slug: str, on: date) -> tuple[Preview, ...]:
    try:
        article = parse_article(text, slug)
        return _previews_on(Library.of_one(article, library), article, on)
    except ArticleError:
        return ()


def _previews_on(library: Library, article: Article, on: date) -> tuple[Preview, ...]:
    try:
        said = library.render(article, on)
    except Expired:
        return ()
    return previews(said, Words().say("consultation/more"))


async def begun_or_unknown(services: Services, who: SignedIn, slug: str) -> Begun:
    """What an edit begins from; a text nobody knows is refused."""
    async with services.database.sessions() as session:
        begun = await begin(session, KIND, slug)
    if begun is None:
        raise unknown(who)
    return begun


async def _typed(request: Request) -> dict[str, str]:
    typed = {name: (await field(request, name)).replace("\r\n", "\n").strip() for name in FIELDS}
    return {**typed, "day": await field(request, "day")}


def _typed_day(fields: Mapping[str, str], services: Services) -> date:
    try:
        return date.fromisoformat(fields["day"])
    except ValueError:
        return today_of(services)


def based_on_of(typed: str) -> int:
    """The revision a form began from."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def today_of(services: Services) -> date:
    """The day it is at the desk."""
    return services.clock().astimezone(ZONE).date()
