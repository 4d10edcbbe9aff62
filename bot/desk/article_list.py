"""The articles at the desk: the list with how they serve, and those to be read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.desk.article_form import choices
from bot.desk.articles import today_of
from bot.desk.guard import Administrator, DeskRoute
from bot.desk.pages import page
from bot.desk.periods import PERIODS, period_of
from bot.services import Needs, NeedsTexts
from knowledge_base.article import Article, parse_article
from knowledge_base.library import Library
from knowledge_base.reviews import ReviewDue, review_due
from storage.article_use import ArticleUse, article_use
from storage.models import Revision, TextKind
from storage.revisions import open_revisions

router = APIRouter(prefix="/artikel", route_class=DeskRoute)

ON_A_PAGE: Final = 50


@dataclass(frozen=True)
class Row:
    """An article in the list."""

    slug: str
    article: Article
    is_live: bool
    open: str | None
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
    days, today = period_of(request), today_of(services)
    async with services.database.sessions() as session:
        waiting = {row.name: row for row in await open_revisions(session, TextKind.ARTICLE)}
        used = await article_use(session, services.clock() - timedelta(days=days))
    query = {key: request.query_params.get(key, "") for key in ("q", "bpjs", "status", "urut")}
    rows = [row for row in _rows(texts.library, waiting, used, today) if _fits(row, query)]
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
        schemes=choices()["scheme"],
    )


def _page_of(request: Request) -> int:
    typed = request.query_params.get("halaman", "")
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


def _rows(
    library: Library, waiting: Mapping[str, Revision], used: Mapping[str, ArticleUse], today: date
) -> Iterator[Row]:
    for slug, article in sorted(library.articles.items(), key=lambda pair: pair[1].title):
        opened = waiting[slug].state if slug in waiting else None
        review = review_due(library, article, today)
        yield Row(slug, article, is_live=True, open=opened, review=review, use=used.get(slug, ArticleUse()))
    for slug, revision in sorted(waiting.items()):
        if slug not in library.articles:
            written = parse_article(revision.text, slug)
            yield Row(slug, written, is_live=False, open=revision.state, review=None, use=ArticleUse())


def _fits(row: Row, query: Mapping[str, str]) -> bool:
    words = query["q"].casefold().split()
    article = row.article
    hay = " ".join((row.slug, article.title, *article.questions)).casefold()
    fits_scheme = not query["bpjs"] or (article.scheme is not None and article.scheme.name == query["bpjs"])
    fits_state = {"": True, "tinjau": row.review is not None}.get(query["status"], row.open == query["status"])
    return fits_scheme and fits_state and all(word in hay for word in words)
