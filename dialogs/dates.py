"""Days and contribution months the way people type them, counted from the participant's own date."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import dateparser
import yaml

from dialogs.amounts import in_digits
from dialogs.typed import plain
from social_security.months import add_months, months_between

#: A month named without its year lies at most this many months back; further back it is one to come.
MOST_MONTHS_BACK = 9
_IN_A_MONTH = re.compile(
    r"\b(?:tanggal (?P<day>\d{1,2})|(?P<part>awal|pertengahan|tengah|akhir)) bulan\b"
    r"(?: (?P<month>depan|ini|lalu|kemarin)\b)?"
)


def day_in(text: str, today: date) -> date | None:
    """The day a text names: "kemarin", "3 Oktober", "05-11-2026", "tgl 10 bln dpn", "sepuluh november"; else None."""
    spelled = _respelled(text, "everywhere", "days")
    return _day_of_month(spelled, today) or _parse(spelled, today)


def month_in(text: str, today: date) -> date | None:
    """First day of the month a text names: "November", "bulan lalu", "10/2026", "10"; None when it names none."""
    typed = plain(text)
    if typed.isdecimal() and len(typed) <= 2:
        number = int(typed)
        return _nearest(date(today.year, number, 1), today) if 1 <= number <= 12 else None
    spelled = _respelled(text, "everywhere", "months")
    found = _day_of_month(spelled, today) or _parse(spelled, today)
    if found is None:
        return None
    first = found.replace(day=1)
    return first if re.search(r"\d{4}|bulan", spelled) else _nearest(first, today)


def months_in(text: str, today: date) -> tuple[date, ...]:
    """First days of the months that a text names together: "agustus sampai oktober", "okt dan nov"; else none."""
    said, table = text.casefold(), _table()
    name, until, beside = table["month_name"], table["until"], table["beside"]
    spanned = re.search(f"({name}){until}({name})", said)
    if spanned:
        begin, end = spanned.groups()
        year = re.search(r"\d{4}", end)
        first = month_in(begin if re.search(r"\d", begin) or year is None else f"{begin} {year[0]}", today)
        last = month_in(end, today)
        if first is None or last is None or not first < last:
            return ()
        return tuple(add_months(first, offset) for offset in range(months_between(first, last) + 1))
    listed = re.search(f"{name}(?:{beside}{name})+", said)
    months = [month_in(part, today) for part in re.findall(name, listed[0])] if listed else []
    return tuple(sorted({month for month in months if month is not None}))


def _nearest(month: date, today: date) -> date:
    back = (today.year - month.year) * 12 + today.month - month.month
    if back > MOST_MONTHS_BACK:
        return month.replace(year=month.year + 1)
    return month.replace(year=month.year - 1) if back < MOST_MONTHS_BACK - 11 else month


def _day_of_month(spelled: str, today: date) -> date | None:
    """The day of "tanggal 10 bulan depan" or "akhir bulan"; the last of its month when the month is shorter."""
    named = _IN_A_MONTH.search(spelled)
    if named is None:
        return None
    day = int(named["day"]) if named["day"] else _table()["parts"][named["part"]]
    if not 1 <= day <= 31:
        return None
    months = today.year * 12 + today.month - 1 + _table()["months_away"][named["month"] or "ini"]
    first = date(months // 12, months % 12 + 1, 1)
    return first.replace(day=min(day, monthrange(first.year, first.month)[1]))


def _respelled(text: str, *tables: str) -> str:
    spelled = in_digits(text.casefold())
    for pattern, instead in (spelling for table in tables for spelling in _table()[table]):
        spelled = re.sub(pattern, instead, spelled)
    return " ".join(spelled.split())


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return table


@lru_cache(maxsize=4_096)
def _parse(text: str, today: date) -> date | None:
    if len(text) > 40:
        return None
    found = dateparser.parse(
        text,
        languages=["id"],
        settings={
            "RELATIVE_BASE": datetime.combine(today, time()),
            "PREFER_DATES_FROM": "past",
            "PREFER_DAY_OF_MONTH": "first",
            "DATE_ORDER": "DMY",
        },
    )
    return found.date() if found else None
