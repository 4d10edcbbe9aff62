"""How answering goes, in numbers and charts: answered, not answered, led to a person, and by which articles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.desk.articles import today_of
from bot.desk.guard import Administrator, DeskRoute
from bot.desk.pages import page
from bot.desk.periods import PERIODS, period_of
from bot.desk.words import ZONE
from bot.services import Needs, NeedsTexts, Services
from storage.answer_counts import AnswerCounts, answer_counts
from storage.article_use import ArticleUse, article_use

router = APIRouter(prefix="/angka", route_class=DeskRoute)

#: Longer periods are counted by weeks.
MOST_DAYS: Final = 31
MOST_ARTICLES: Final = 10


@router.get("")
async def figures(request: Request, who: Administrator, services: Needs, texts: NeedsTexts) -> Response:
    """The charts with their numbers, and the articles asked most, least helpful, and most often led to a person."""
    days = period_of(request)
    async with services.database.sessions() as session:
        used = await article_use(session, services.clock() - timedelta(days=days))
    titles = {slug: article.title for slug, article in texts.library.articles.items()}
    return page(
        request,
        "figures",
        who=who,
        days=days,
        periods=PERIODS,
        spans=await _spans(services, days),
        tops={name: _top(used, name) for name in ("asked", "not_helped", "to_person")},
        titles=titles,
    )


async def _spans(services: Services, days: int) -> Mapping[date, AnswerCounts]:
    """The counts of each day or week, by its first day, the oldest first; quiet ones are there, too."""
    last = today_of(services)
    first = last - timedelta(days=days - 1)
    async with services.database.sessions() as session:
        counts = await answer_counts(session, services.clock() - timedelta(days=days + 1), ZONE)
    spans: dict[date, AnswerCounts] = {}
    for day in (first + timedelta(days=number) for number in range(days)):
        start = day if days <= MOST_DAYS else max(first, day - timedelta(days=day.weekday()))
        spans[start] = spans.get(start, AnswerCounts()) + counts.get(day, AnswerCounts())
    return spans


def _top(used: Mapping[str, ArticleUse], name: str) -> list[tuple[str, int]]:
    """The articles with most of something, by slug; none that had nothing of it."""
    numbers = [(slug, getattr(use, name)) for slug, use in used.items() if getattr(use, name)]
    return sorted(numbers, key=lambda pair: (-pair[1], pair[0]))[:MOST_ARTICLES]
