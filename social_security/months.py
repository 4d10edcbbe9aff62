"""Contribution months, written as the first day of the month."""

from __future__ import annotations

from datetime import date

from social_security.errors import InvalidMonth


def require_month(month: date) -> date:
    """Return ``month`` when it is a first of month; raise ``InvalidMonth`` otherwise."""
    if month.day != 1:
        raise InvalidMonth(month)
    return month


def month_of(day: date) -> date:
    """The contribution month a day lies in."""
    return date(day.year, day.month, 1)


def add_months(month: date, count: int) -> date:
    """The month ``count`` months after ``month`` (before it, when negative)."""
    year, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(year, index + 1, 1)
