"""The articles at the desk: the list with how they serve, and those to be read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.desk.article_form import choices
from bot.desk.guard import Administrator, DeskRoute
from bot.desk.pages import page
from bot.desk.periods import PERIODS, period_of
from bot.desk.words import ZONE
from bot.services import Needs, NeedsTexts
from knowledge_base.article import Article, parse_article
from knowledge_base.library import Library
from knowledge_base.reviews import ReviewDue, review_due
from storage.article_use import ArticleUse, article_use
from storage.models import Revision, RevisionState, TextKind
from storage.revisions import newest_revisions

router = APIRouter(prefix="/artikel", route_class=DeskRoute)

ON_A_PAGE: Final = 50
#: An approved version whose time has not come.
SCHEDULED: Final = "scheduled"
#: What the list can be narrowed to.
STATES: Final = (
    RevisionState.DRAFT,
    RevisionState.SUBMITTED,
    SCHEDULED,
    RevisionState.REFUSED,
    RevisionState.WITHDRAWN,
)


@dataclass(frozen=True)
class Row:
    """An article in the list."""

    slug: str
    article: Article
    is_live: bool
    #: What became of its newest version, where that is not what is live: a `RevisionState`, or `SCHEDULED`.
    state: str | None
    review: ReviewDue | None
    use: ArticleUse


#: How the list can be ordered, after the words in `labels.yml`; the most first.
ORDERS: Final[Mapping[str, Callable[[Row], int]]] = {
    "ditanya": lambda row: row.use.asked,
    "tidak-membantu": lambda row: row.use.not_helped,
    "petugas": lambda row: row.use.to_person,
}


@router.get("")
async def articles(request: Request, who: Administrator, services: Needs, texts: NeedsTexts) -> Response:
    """The list, by words, BPJS and state, with how each article served over a period."""
    days = period_of(request)
    async with services.database.sessions() as session:
        newest = await newest_revisions(session, TextKind.ARTICLE)
        used = await article_use(session, services.clock() - timedelta(days=days))
    query = {key: request.query_params.get(key, "") for key in ("q", "bpjs", "status", "urut")}
    rows = [row for row in _rows(texts.library, newest, used, services.clock()) if _fits(row, query)]
    rows.sort(key=lambda row: row.article.title)
    if query["urut"] in ORDERS:
        rows.sort(key=ORDERS[query["urut"]], reverse=True)
    pages = max(1, -(-len(rows) // ON_A_PAGE))
    at = min(_page_of(request), pages)
    return page(
        request,
        "articles",
        who=who,
        rows=rows[(at - 1) * ON_A_PAGE : at * ON_A_PAGE],
        number=len(rows),
        at=at,
        pages=pages,
        query=query,
        days=days,
        periods=PERIODS,
        orders=tuple(ORDERS),
        states=STATES,
        schemes=choices()["scheme"],
    )


def _page_of(request: Request) -> int:
    typed = request.query_params.get("halaman", "")
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


def _rows(
    library: Library, newest: Mapping[str, Revision], used: Mapping[str, ArticleUse], now: datetime
) -> Iterator[Row]:
    today = now.astimezone(ZONE).date()
    for slug, article in library.articles.items():
        state = _state_of(newest[slug], now) if slug in newest else None
        review = review_due(library, article, today)
        yield Row(slug, article, is_live=True, state=state, review=review, use=used.get(slug, ArticleUse()))
    for slug, revision in newest.items():
        if slug not in library.articles:
            written, use = parse_article(revision.text, slug), used.get(slug, ArticleUse())
            yield Row(slug, written, is_live=False, state=_state_of(revision, now), review=None, use=use)


def _state_of(revision: Revision, now: datetime) -> str | None:
    if revision.state != RevisionState.APPROVED:
        return revision.state
    return SCHEDULED if revision.publish_at and revision.publish_at > now else None


def _fits(row: Row, query: Mapping[str, str]) -> bool:
    words = query["q"].casefold().split()
    article = row.article
    hay = " ".join((row.slug, article.title, *article.questions)).casefold()
    fits_scheme = not query["bpjs"] or (article.scheme is not None and article.scheme.name == query["bpjs"])
    fits_state = {"": True, "tinjau": row.review is not None}.get(query["status"], row.state == query["status"])
    return fits_scheme and fits_state and all(word in hay for word in words)
