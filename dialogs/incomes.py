"""Incomes of a month as people tell them: "2,5 juta", "2-3jt", "kadang 3jt kadang 2", "100rb sehari, 25 hari"."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from dialogs.amounts import amounts_in
from dialogs.forms import Reader, Unreadable
from dialogs.hints import entity_read
from dialogs.messages import Inbound, Understanding
from dialogs.offers import table
from dialogs.turns import Turn
from dialogs.typed import plain

_PERIODS: Final[dict[str, list[str]]] = table("incomes")
_LOWEST: Final = 1_000
_HIGHEST: Final = 1_000_000_000
_RANGE: Final = re.compile(
    r"(\d[\d.,]*)\s*(?:-|–|—|sampai|sampe|s/d|sd|hingga|atau|kadang|kdg)\s*(\d[\d.,]*\s*([a-z]+))", re.IGNORECASE
)
_RANGE_BACKWARDS: Final = re.compile(
    r"(\d[\d.,]*\s*([a-z]+))\s*(?:-|–|—|sampai|sampe|atau|kadang|kdg)\s*(\d[\d.,]*)(?!\d|\s*[a-z]+)", re.IGNORECASE
)
_YEAR: Final = re.compile(r"(?<![\d.,])(?:19|20)\d{2}\b(?![.,]\d)(?!\s*(?:rb|ribu|k|jt|juta)\b)", re.IGNORECASE)
_PHONE: Final = re.compile(r"(?<!\d)(?:0|\+?62)8\d{6}")
#: Stands between what is earned in a day and the days of a month, which are told in the next message.
_HOW_MANY: Final = "berapa hari"
_DAYS: Final = re.compile(rf"\b(\d{{1,2}}) hari\b|{_HOW_MANY} (?:sekitar |kira kira |paling |cuma )?(\d{{1,2}})\b")


def income() -> Reader:
    """Read a monthly income in whole rupiah; of a range such as "2-3jt" the middle.

    What is earned in a day counts with the days of a month where they are told, and else is asked again.
    """

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> int:  # noqa: ARG001
        found = _amount(inbound.text)
        period = _period(inbound.text)
        if period is None:
            return found
        days = _DAYS.search(plain(inbound.text))
        if period == "week":
            raise Unreadable("engine/income_of_a_week", earned=found)
        if days is None:
            raise Unreadable("engine/income_of_a_day", begun=f"{found} sehari, {_HOW_MANY}", earned=found)
        return found * int(days[1] or days[2])

    return read


def income_told(turn: Turn) -> Any:
    """The monthly income that a message names besides; None when it names none, or not for a month."""
    told = entity_read(turn, "money", income())
    if told is None or _period(turn.inbound.text) is None:
        return told
    try:
        return income()(Inbound(turn.inbound.text), None, turn.today)
    except Unreadable:
        return None


def _amount(text: str) -> int:
    if _PHONE.search(text):
        raise Unreadable("engine/expected_amount")
    both = _RANGE_BACKWARDS.sub(r"\1 – \3 \2", _RANGE.sub(_both_scaled, _YEAR.sub(" ", text)))
    found = [sum_ for sum_ in amounts_in(both) if sum_ >= _LOWEST]
    if not found and not re.search(r"\d", text):
        raise Unreadable("enrol/income_varies")
    if not 1 <= len(found) <= 2 or max(found) > _HIGHEST:
        raise Unreadable("engine/expected_amount")
    return (min(found) + max(found)) // 2


def _period(text: str) -> str | None:
    typed = plain(text)
    return next((period for period, words in _PERIODS.items() if any(_says(typed, word) for word in words)), None)


def _says(typed: str, word: str) -> bool:
    return re.search(rf"(?<![a-z]){re.escape(word)}\b", typed) is not None


def _both_scaled(found: re.Match[str]) -> str:
    """ "2-3jt" is two million to three million."""
    return f"{found[1]} {found[3]} – {found[2]}"
