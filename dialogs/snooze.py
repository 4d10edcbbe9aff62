"""The day to come on which a participant wants to be reminded again, and how far it may lie."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from dialogs.dates import day_in
from dialogs.nudges import NudgePolicy
from dialogs.offers import table
from dialogs.ports import MembershipFacts
from social_security.months import add_months, month_of

_TABLE: Final = table("snooze")


def snoozed_to(text: str, today: date) -> date | None:
    """The day after today that a text names: "3 hari lagi", "minggu depan", "tgl 9"; None when it names none."""
    said = text.casefold()
    if re.search(_TABLE["not_a_day"], said):
        return None
    days = _days_counted(said)
    if days is not None:
        return today + timedelta(days=days) if days else None
    named = re.search(_TABLE["named"], said)
    return _next_day(named[1], today) if named else None


def latest_snooze(policy: NudgePolicy, mine: Iterable[MembershipFacts], today: date) -> date | None:
    """The last day to snooze to: the next due date, or while one is overdue the last day of its nudges."""
    days = (
        one.due_on if one.due_on > today else one.due_on + timedelta(days=policy.segments[one.segment].last_day - 1)
        for one in mine
        if one.segment in policy.segments and not one.sponsored
    )
    return min((day for day in days if day > today), default=None)


def _days_counted(said: str) -> int | None:
    counted = re.search(_TABLE["counted"], said)
    if counted:
        number = int(counted[1]) if counted[1].isdecimal() else _TABLE["numbers"][counted[1]]
        return int(number) * (7 if counted[2] in _TABLE["weeks"] else 1)
    return next((int(days) for pattern, days in _TABLE["days"] if re.search(pattern, said)), None)


def _next_day(named: str, today: date) -> date | None:
    """The next day of that number, or of that number and month."""
    number = re.match(r"\d+", named)
    assert number is not None
    written = day_in(named, today) if number[0] != named else None
    if written is not None and written > today:
        return written
    months = (add_months(month_of(today), offset) for offset in range(3))
    days = (first + timedelta(days=int(number[0]) - 1) for first in months if int(number[0]))
    return next((day for day in days if day > today and day.day == int(number[0])), None)
