"""What ends soon stands in the work list before it ends, and from then on it is not served."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from knowledge_base.library import Expired, Library
from knowledge_base.reviews import ReviewReason, review_due, reviews_due
from tests.unit.knowledge_base.library_world import FRONT, our_library, write_article


def due_on(day: date) -> dict[str, tuple[ReviewReason, date | None]]:
    return {due.article.slug: (due.reason, due.by) for due in reviews_due(our_library(), day)}


def test_answers_that_rest_on_the_relief_are_to_be_read_before_its_last_month() -> None:
    december = due_on(date(2026, 12, 1))

    for slug in ("bpu-relief", "bpu-dues", "bpu-dues-use"):
        assert december[slug] == (ReviewReason.ENDS_SOON, date(2026, 12, 31))
    assert "bpu-relief-drivers" not in december
    assert due_on(date(2027, 3, 1))["bpu-relief-drivers"] == (ReviewReason.ENDS_SOON, date(2027, 3, 31))
    assert due_on(date(2027, 4, 1))["bpu-relief-drivers"] == (ReviewReason.EXPIRED, None)


def test_the_yearly_ceiling_is_to_be_looked_for_before_march() -> None:
    assert due_on(date(2027, 2, 1))["jp-wage-ceiling"] == (ReviewReason.ENDS_SOON, date(2027, 2, 28))


def test_a_due_date_that_comes_again_every_month_ends_nothing() -> None:
    assert our_library().render("jkn-due-date", date(2026, 11, 21)).valid_until == date(2026, 11, 30)
    assert "jkn-due-date" not in due_on(date(2026, 11, 21))
    assert "bpjstk-due-dates" not in due_on(date(2026, 12, 14))


def test_what_is_over_comes_first_and_then_what_is_nearest() -> None:
    due = reviews_due(our_library(), date(2027, 12, 1))
    over = [one for one in due if one.reason is ReviewReason.EXPIRED]

    assert list(due[: len(over)]) == over
    assert over
    days = [one.by for one in due[len(over) :] if one.by]
    assert days == sorted(days)
    assert len(over) + len(days) == len(due)


@pytest.mark.parametrize(
    ("days", "reason"),
    [(165, None), (166, ReviewReason.SOON), (179, ReviewReason.SOON), (180, ReviewReason.LONG_AGO)],
)
def test_a_review_is_due_half_a_year_after_the_last_and_planned_two_weeks_before(
    tmp_path: Path, days: int, reason: ReviewReason | None
) -> None:
    library = Library.load(write_article(tmp_path, front=FRONT))
    article = library.get("contoh")
    due = review_due(library, article, article.reviewed_on + timedelta(days=days))

    assert (due.reason if due else None) == reason


def test_an_article_of_tomorrow_is_not_over(tmp_path: Path) -> None:
    front = FRONT.replace("valid_from: 2020-01-01", "valid_from: 2026-11-20")
    library = Library.load(write_article(tmp_path, front=front))

    assert review_due(library, library.get("contoh"), date(2026, 11, 19)) is None


@pytest.mark.parametrize(
    ("zone", "last_second"),
    [
        ("Asia/Jakarta", "2026-12-31T16:59:59"),
        ("Asia/Makassar", "2026-12-31T15:59:59"),
        ("Asia/Jayapura", "2026-12-31T14:59:59"),
    ],
)
def test_an_answer_is_over_from_midnight_where_the_participant_lives(
    tmp_path: Path, zone: str, last_second: str
) -> None:
    library = Library.load(write_article(tmp_path, front=FRONT + "valid_until: 2026-12-31\n"))
    before = datetime.fromisoformat(f"{last_second}+00:00").astimezone(ZoneInfo(zone))
    after = before + timedelta(seconds=1)

    assert library.render("contoh", before.date()).text
    with pytest.raises(Expired):
        library.render("contoh", after.date())
    assert library.search("satu a", before.date())
    assert library.search("satu a", after.date()) == []
