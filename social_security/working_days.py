"""Working days in Indonesia: Monday to Friday, less the national public holidays.

Joint leave (*cuti bersama*) counts as a working day: it binds the civil service, not everyone, and is
decreed anew each year. A due date therefore never moves because of it, so that we ask too early rather
than too late. Holidays by the moon are estimates until the government's decree for that year is out.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("ID", years=year))


@cache
def _joint_leave(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("ID", years=year, categories=(holidays.GOVERNMENT,)))


def joint_leave(year: int) -> tuple[date, ...]:
    """The days of joint leave (*cuti bersama*) of a year, in order: offices may be closed, yet due dates stay."""
    return tuple(sorted(_joint_leave(year)))


def is_joint_leave(day: date) -> bool:
    """Whether a day is joint leave."""
    return day in _joint_leave(day.year)


def is_working_day(day: date) -> bool:
    """Whether offices and banks work on a day."""
    return day.weekday() < _SATURDAY and day not in _public_holidays(day.year)


def next_working_day(day: date) -> date:
    """The day itself when it is a working day, else the first working day after it."""
    while not is_working_day(day):
        day += _ONE_DAY
    return day


def add_working_days(start: date, days: int) -> date:
    """The day that lies ``days`` (zero or more) working days after ``start``, which is not counted itself."""
    if days < 0:
        raise ValueError("days must be zero or more")
    day = start
    for _ in range(days):
        day = next_working_day(day + _ONE_DAY)
    return day
