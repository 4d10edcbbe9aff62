from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_security.working_days import add_working_days, is_working_day, next_working_day

days = st.dates(min_value=date(2015, 1, 1), max_value=date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),  # Friday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 8, 17), False),  # Independence Day, Monday
        (date(2026, 12, 25), False),  # Christmas, Friday
        (date(2026, 5, 1), False),  # Labour Day, Friday
        (date(2026, 5, 15), True),  # joint leave
        (date(2027, 1, 1), False),  # New Year, Friday
    ],
)
def test_working_days(day: date, *, works: bool) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 20), 5, date(2026, 11, 27)),
        (date(2026, 11, 21), 5, date(2026, 11, 27)),
        (date(2026, 12, 24), 1, date(2026, 12, 28)),
        (date(2026, 12, 30), 2, date(2027, 1, 4)),
        (date(2026, 8, 14), 1, date(2026, 8, 18)),
    ],
)
def test_adding_working_days(start: date, count: int, end: date) -> None:
    assert add_working_days(start, count) == end


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="zero or more"):
        add_working_days(date(2026, 11, 20), -1)


@given(days, st.integers(min_value=1, max_value=60))
def test_exactly_that_many_working_days_lie_between(start: date, count: int) -> None:
    end = add_working_days(start, count)
    passed = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]

    assert is_working_day(end)
    assert sum(is_working_day(day) for day in passed) == count


@given(days)
def test_the_next_working_day_is_the_nearest(day: date) -> None:
    found = next_working_day(day)

    assert is_working_day(found)
    assert not any(is_working_day(day + timedelta(days=n)) for n in range((found - day).days))
