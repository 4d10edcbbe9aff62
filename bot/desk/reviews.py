"""Articles to be read again: those that end or have ended, and those whose review is near or past, soonest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.desk.articles import today_of
from bot.desk.guard import Administrator, DeskRoute
from bot.desk.pages import page
from bot.services import Needs, NeedsTexts
from knowledge_base.article import Article
from knowledge_base.library import Library
from knowledge_base.reviews import REVIEW_AFTER, ReviewReason, review_due

router = APIRouter(prefix="/tinjau", route_class=DeskRoute)

#: A review that comes within this time is worth planning.
REVIEW_SOON: Final = timedelta(days=14)
#: Its reason, beside those of `ReviewReason`.
SOON: Final = "soon"


@dataclass(frozen=True)
class Task:
    """An article to be read again, why, and by which day; what has ended has no day."""

    article: Article
    reason: str
    on: date | None


@router.get("")
async def reviews(request: Request, who: Administrator, services: Needs, texts: NeedsTexts) -> Response:
    """The work list."""
    today = today_of(services)
    return page(request, "reviews", who=who, tasks=review_tasks(texts.library, today), today=today)


@lru_cache(maxsize=1)
def review_tasks(library: Library, today: date) -> tuple[Task, ...]:
    """The articles to be read again, those that say nothing any more first, then by the day.

    Kept for the day: the first page of the desk counts them, and every article is rendered to find them.
    """
    return tuple(sorted(_tasks(library, today), key=lambda task: (task.on or date.min, task.article.slug)))


def _tasks(library: Library, today: date) -> Iterator[Task]:
    for article in library.articles.values():
        review_on = article.reviewed_on + REVIEW_AFTER
        due = review_due(library, article, today)
        if due is not None:
            yield Task(article, due.reason, review_on if due.reason is ReviewReason.LONG_AGO else due.ends_on)
        elif review_on <= today + REVIEW_SOON:
            yield Task(article, SOON, review_on)
