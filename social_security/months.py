"""Contribution months, written as the first day of the month."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

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


def month_after(last_day: date) -> date:
    """The contribution month that begins after a last day."""
    return month_of(last_day + timedelta(days=1))


def shift_months(day: date, count: int) -> date:
    """The same day ``count`` months later; the last day of that month where it has no such day."""
    month = add_months(month_of(day), count)
    return month.replace(day=min(day.day, monthrange(month.year, month.month)[1]))


def birthday(birth_date: date, age: int) -> date:
    """The day somebody reaches an age; 28 February for who was born on a 29th, where there is none."""
    return shift_months(birth_date, 12 * age)


def months_between(first: date, last: date) -> int:
    """How many months lie from one contribution month to another."""
    return (last.year - first.year) * 12 + last.month - first.month
