"""The day of each month on which a participant wants to be reminded, and the nearest that we offer."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

from dialogs.nudges import nudge_policy
from dialogs.offers import table

_TABLE: Final = table("nudge_days")
_DAY, _BEFORE = "day", "before"
_DAYS_OF_A_MONTH: Final = range(1, 32)


def day_wished(text: str) -> str | None:
    """What a text wishes, to be kept with a form: "tiap tgl 5" is "day 5", "3 hari sebelumnya" is "before 3"."""
    said = text.casefold()
    if re.search(_TABLE["week_before"], said):
        return f"{_BEFORE} 7"
    every = re.search(_TABLE["every_month"], said) or re.search(_TABLE["of_every_month"], said)
    if every:
        return f"{_DAY} {int(every[1])}" if int(every[1]) in _DAYS_OF_A_MONTH else None
    before = re.search(_TABLE["days_before"], said)
    if before is None:
        return None
    number = before[1] or before[2]
    return f"{_BEFORE} {int(number) if number.isdecimal() else _TABLE['numbers'][number]}"


class Offered(NamedTuple):
    """So many days before the due date, and whether that is just what was wished."""

    days: int
    is_exact: bool


def days_offered(wish: str, due_on: date) -> Offered | None:
    """What comes nearest to the wish; None when it lies on or after the due date."""
    kind, number = wish.split()
    wanted = due_on.day - int(number) if kind == _DAY else int(number)
    if wanted < 1:
        return None
    days = min(nudge_policy().own_days, key=lambda days: (abs(days - wanted), -days))
    return Offered(days, days == wanted)
