"""What nobody could answer: alike questions together; one becomes an article, a way of asking, a label, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from bot.desk.administration import Managing
from bot.desk.article_form import empty_fields, fields_of
from bot.desk.articles import begun_or_unknown, form_page, today_of
from bot.desk.borrowing import proposed, sources_of
from bot.desk.guard import LARGEST_KEY, Administrator, DeskRoute, Refused, field, unknown
from bot.desk.pages import page
from bot.desk.periods import PERIODS, period_of
from bot.desk.words import intent_titles
from bot.services import Needs, NeedsTexts, Services
from knowledge_base.article import parse_article
from storage.lessons import reopen, settle, settled_lately
from storage.models import Settlement
from storage.staff_sessions import SignedIn
from storage.unanswered import MOST_MESSAGES, Cluster, clustered, messages_of, unclear_messages

router = APIRouter(prefix="/pertanyaan", route_class=DeskRoute)

MOST_CLUSTERS: Final = 100
ARTICLES_FOUND: Final = 6
LIST: Final = "/desk/pertanyaan"


@router.get("")
async def unanswered(request: Request, who: Administrator, services: Needs) -> Response:
    """The list, the commonest first."""
    days = period_of(request)
    clusters = await _clusters(services, days)
    return page(
        request,
        "unanswered",
        who=who,
        days=days,
        periods=PERIODS,
        total=sum(len(cluster.messages) for cluster in clusters),
        most=MOST_MESSAGES,
        kinds=len(clusters),
        clusters=clusters[:MOST_CLUSTERS],
    )


@router.get("/selesai")
async def settled(request: Request, who: Administrator, services: Needs) -> Response:
    """What was done about questions, by whom and when; it can be put back."""
    async with services.database.sessions() as session:
        return page(request, "unanswered_settled", who=who, rows=await settled_lately(session))


@router.get("/{message_id:int}")
async def one(request: Request, who: Administrator, services: Needs, texts: NeedsTexts, message_id: int) -> Response:
    """The questions that are alike to one of them, and what can be made of them."""
    days = period_of(request)
    clusters = await _clusters(services, days)
    found = next((one for one in clusters if any(message.id == message_id for message in one.messages)), None)
    if found is None:
        raise unknown(who)
    query = request.query_params.get("cari", "").strip()[:200] or found.texts[0][:200]
    hits = texts.library.search(query, on=today_of(services), limit=ARTICLES_FOUND)
    return page(
        request,
        "unanswered_one",
        who=who,
        days=days,
        message_id=message_id,
        cluster=found,
        query=query,
        articles=[hit.article for hit in hits],
        intents=intent_titles(),
    )


@router.post("/tandai")
async def label(request: Request, who: Managing, services: Needs) -> Response:
    """Keep what they were about, to be trained on."""
    intent = await field(request, "intent")
    if intent not in intent_titles():
        raise Refused("intent_missing", 422, who=who)
    return await _settle(request, who, services, Settlement.LABELLED, intent)


@router.post("/sisihkan")
async def put_aside(request: Request, who: Managing, services: Needs) -> Response:
    """They are not worth an answer."""
    return await _settle(request, who, services, Settlement.PUT_ASIDE)


@router.post("/kembalikan")
async def put_back(request: Request, who: Managing, services: Needs) -> Response:
    """Put settled ones on the list again."""
    async with services.database.transaction() as session:
        await reopen(session, await _chosen(request, who), who.staff_id, services.clock())
    return RedirectResponse(f"{LIST}/selesai", 303)


@router.post("/artikel")
async def into_article(request: Request, who: Managing, services: Needs) -> Response:
    """The form of a new article, or of the one named, with their wordings as ways of asking. Nothing is kept yet."""
    async with services.database.sessions() as session:
        messages = await messages_of(session, await _chosen(request, who))
    slug = await field(request, "slug")
    wordings, sources = proposed(messages), sources_of(messages)
    if not slug:
        fields = empty_fields(today_of(services), "\n".join(wordings))
        return form_page(request, who, services, "", fields, 0, messages=sources)
    begun = await begun_or_unknown(services, who, slug)
    fields = fields_of(parse_article(begun.text, slug))
    known = {line.casefold() for line in fields["questions"].splitlines()}
    fields["questions"] = "\n".join([fields["questions"], *(one for one in wordings if one.casefold() not in known)])
    return form_page(request, who, services, slug, fields, begun.number, messages=sources)


async def _clusters(services: Services, days: int) -> list[Cluster]:
    async with services.database.sessions() as session:
        messages = await unclear_messages(session, services.clock() - timedelta(days=days))
    return await run_in_threadpool(clustered, messages)


async def _settle(
    request: Request, who: SignedIn, services: Services, settlement: Settlement, intent: str | None = None
) -> Response:
    chosen = await _chosen(request, who)
    async with services.database.transaction() as session:
        number = await settle(session, chosen, settlement, who.staff_id, services.clock(), intent=intent)
    if not number:
        raise Refused("questions_settled", 409, who=who)
    return RedirectResponse(LIST, 303)


async def _chosen(request: Request, who: SignedIn) -> list[int]:
    """Numbers of the messages whose wordings are ticked."""
    ticked = [value for value in (await request.form()).getlist("pesan") if isinstance(value, str)]
    found = list(_numbers(",".join(ticked).split(",")))[:MOST_MESSAGES]
    if not found:
        raise Refused("questions_missing", 422, who=who)
    return found


def _numbers(typed: Iterable[str]) -> Iterable[int]:
    for one in typed:
        if one.isascii() and one.isdigit() and len(one) < 20 and int(one) <= LARGEST_KEY:
            yield int(one)
