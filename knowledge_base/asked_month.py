"""The day a question is about: "iuran januari 2027" wants the figures of that month, not of today."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from knowledge_base.language import as_typed, months_ahead, months_written
from social_security.months import add_months, month_of

#: Further ahead nobody asks, and a birth year or a sum is not a year to come.
MOST_YEARS_AHEAD = 10
#: Without its year, a month further ahead than this is rather one that has passed.
MOST_MONTHS_UNSAID = 4
YEAR = r"20\d\d"


def day_asked_about(question: str, today: date) -> date:
    """The first day of the month to come that a question names, or of the year; else today.

    Past months are not asked about: "resign Maret 2024, JHT gimana" wants to know what holds now.
    """
    typed = " ".join(as_typed(question))
    named = _named_month(typed, today) or _month_ahead(typed, today) or _named_year(typed)
    if named is None or not month_of(today) < named <= add_months(month_of(today), 12 * MOST_YEARS_AHEAD):
        return today
    return named


def _named_month(typed: str, today: date) -> date | None:
    found = _month_pattern().search(typed)
    if found is None:
        return None
    number = _numbers()[found["month"]]
    if found["year"]:
        return date(int(found["year"]), number, 1)
    if found["short_year"]:
        return date(2000 + int(found["short_year"]), number, 1)
    if found["next_year"]:
        return date(today.year + 1, number, 1)
    month = date(today.year, number, 1)
    if month < month_of(today) and not found["lately"]:
        month = add_months(month, 12)
    return month if month <= add_months(month_of(today), MOST_MONTHS_UNSAID) else None


def _month_ahead(typed: str, today: date) -> date | None:
    for words, months in months_ahead().items():
        if re.search(rf"\b{words}\b", typed):
            return add_months(month_of(today), months)
    return date(today.year + 1, 1, 1) if re.search(_next_year(), typed) else None


def _named_year(typed: str) -> date | None:
    found = re.search(rf"\b(?:tahun|thn|taun|th|di|mulai|pada) ({YEAR})\b|\b({YEAR})$", typed)
    return date(int(found[1] or found[2]), 1, 1) if found else None


@cache
def _next_year() -> str:
    return r"\b(?:tahun|thn|taun|th) (?:depan|dpn)\b"


@cache
def _month_pattern() -> re.Pattern[str]:
    names = "|".join(sorted(_numbers(), key=len, reverse=True))
    short = r"(?P<short_year>2[6-9]|3\d)(?! ?(?:rb|ribu|jt|juta)\b)"
    year = rf"(?: (?:tahun |thn |taun |th )?(?:(?P<year>{YEAR})|{short}))?"
    return re.compile(
        rf"\b(?P<month>{names})\b{year}(?P<next_year> (?:tahun |thn )(?:depan|dpn))?(?P<lately> (?:lalu|kemarin|kmrn))?"
    )


@cache
def _numbers() -> dict[str, int]:
    return {name: number for number, names in months_written().items() for name in names}
