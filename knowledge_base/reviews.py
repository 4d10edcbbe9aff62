"""Which articles a person should read again: they end soon, say nothing any more, or were last read long ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from knowledge_base.article import Article
from knowledge_base.library import Expired, Library

#: An article that was looked at so long ago is due again.
REVIEW_AFTER: Final = timedelta(days=180)
#: And one whose words or rules end within this time.
REVIEW_BEFORE_END: Final = timedelta(days=45)


class ReviewReason(StrEnum):
    """Why an article is to be read again, the most pressing first."""

    EXPIRED = "expired"
    ENDS_SOON = "ends_soon"
    LONG_AGO = "long_ago"


@dataclass(frozen=True)
class ReviewDue:
    """An article to be read again."""

    slug: str
    reason: ReviewReason
    #: Last day of what it says now; None when it is expired or has no end.
    ends_on: date | None


def review_due(library: Library, article: Article, today: date) -> ReviewDue | None:
    """Whether an article of the library is to be read again, and why.

    Due dates that come again every month end nothing; a relief, a yearly ceiling or the article's own last day do.
    """
    try:
        ends_on = library.render(article, today).ends_on
    except Expired:
        return None if today < article.valid_from else ReviewDue(article.slug, ReviewReason.EXPIRED, None)
    if ends_on is not None and ends_on - today <= REVIEW_BEFORE_END:
        return ReviewDue(article.slug, ReviewReason.ENDS_SOON, ends_on)
    if article.reviewed_on + REVIEW_AFTER <= today:
        return ReviewDue(article.slug, ReviewReason.LONG_AGO, ends_on)
    return None


def reviews_due(library: Library, today: date) -> tuple[ReviewDue, ...]:
    """All articles to be read again, those that say nothing any more first, then by the day they end."""
    found = (review_due(library, article, today) for article in library.articles.values())
    order = list(ReviewReason)
    return tuple(
        sorted(
            (due for due in found if due is not None),
            key=lambda due: (order.index(due.reason), due.ends_on or date.max, due.slug),
        )
    )
