"""Which articles a person should read again: they end soon, say nothing any more, or their review is near or past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from knowledge_base.article import Article
from knowledge_base.library import Expired, Library

#: An article that was looked at so long ago is due again.
REVIEW_AFTER: Final = timedelta(days=180)
#: A review that comes within this time is worth planning.
REVIEW_SOON: Final = timedelta(days=14)
#: And one whose words or rules end within this time.
REVIEW_BEFORE_END: Final = timedelta(days=45)


class ReviewReason(StrEnum):
    """Why an article is to be read again."""

    EXPIRED = "expired"
    ENDS_SOON = "ends_soon"
    LONG_AGO = "long_ago"
    SOON = "soon"


@dataclass(frozen=True)
class ReviewDue:
    """An article to be read again, and by which day; what says nothing any more has no day."""

    article: Article
    reason: ReviewReason
    by: date | None


def review_due(library: Library, article: Article, today: date) -> ReviewDue | None:
    """Whether an article of the library is to be read again, and why.

    Due dates that come again every month end nothing; a relief, a yearly ceiling or the article's own last day do.
    """
    try:
        ends_on = library.render(article, today).ends_on
    except Expired:
        return None if today < article.valid_from else ReviewDue(article, ReviewReason.EXPIRED, None)
    if ends_on is not None and ends_on - today <= REVIEW_BEFORE_END:
        return ReviewDue(article, ReviewReason.ENDS_SOON, ends_on)
    review_on = article.reviewed_on + REVIEW_AFTER
    if review_on - today > REVIEW_SOON:
        return None
    return ReviewDue(article, ReviewReason.LONG_AGO if review_on <= today else ReviewReason.SOON, review_on)


@lru_cache(maxsize=1)
def reviews_due(library: Library, today: date) -> tuple[ReviewDue, ...]:
    """All articles to be read again, those that say nothing any more first, then by the day.

    Kept for the day, since every article is rendered to find them.
    """
    found = (review_due(library, article, today) for article in library.articles.values())
    due = (one for one in found if one is not None)
    return tuple(sorted(due, key=lambda one: (one.by or date.min, one.article.slug)))
