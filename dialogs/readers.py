"""Readers of answers: each turns what people type on phones into a JSON value.

Each is made by a small function and raises `Unreadable`, whose words say what is expected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import phonenumbers

from dialogs.amounts import amounts_in
from dialogs.dates import day_in, month_in
from dialogs.forms import Reader, Unreadable
from dialogs.messages import Choice, Inbound, Understanding
from dialogs.month_counts import months_counted
from dialogs.steering import is_courtesy
from dialogs.tables import steering, thresholds
from dialogs.typed import plain

#: The two choices of a yes-or-no question; the answers are "yes" and "no".
YES_NO = tuple(Choice(value, title) for value, title in steering().yes_no.items())
LONGEST_NAME = 80
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .,'’`-])*")
_ADDRESS = re.compile(r"\w[.]\w{2,}|://")


def choice_of(
    choices: Iterable[Choice], synonyms: Mapping[str, Iterable[str]] | None = None, entity: str | None = None
) -> Reader:
    """One choice: by its title, by a word of `synonyms[choice.id]`, or by Rasa's entity of that name."""
    offered = tuple(choices)
    phrases = {
        choice.id: {plain(phrase) for phrase in (choice.title, *(synonyms or {}).get(choice.id, ()))}
        for choice in offered
    }

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> str:  # noqa: ARG001
        found = _named(plain(inbound.text), phrases)
        recognised = understanding.entity(entity) if understanding and entity else None
        if not found and recognised in phrases:
            found = [recognised]
        if len(found) != 1:
            raise Unreadable("engine/expected_choice")
        return found[0]

    return read


def yes_no(synonyms: Mapping[str, Iterable[str]] | None = None) -> Reader:
    """Read "yes" or "no", also by the phrases that say one of them for this question ("pakai JHT")."""
    phrases = {value: {plain(phrase) for phrase in said} for value, said in (synonyms or {}).items()}

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> str:  # noqa: ARG001
        typed = plain(inbound.text) or inbound.text.strip()
        for value, said in (("yes", steering().yes), ("no", steering().no)):
            if typed in said or _begins_and_says_no_more(typed, said):
                return value
        named = _named(typed, phrases)
        if len(named) == 1:
            return named[0]
        if understanding and understanding.confidence >= thresholds().steer:
            meant = {"affirm": "yes", "deny": "no"}.get(understanding.intent)
            if meant:
                return meant
        raise Unreadable("engine/expected_yes_no")

    return read


def amount(minimum: int = 1_000, maximum: int = 1_000_000_000) -> Reader:
    """Read whole rupiah (int): "1,5 juta", "50rb", "Rp 2.500.000", "2jt-an", "dua juta"."""

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> int:  # noqa: ARG001
        found = [rupiah for rupiah in amounts_in(inbound.text) if rupiah >= minimum]
        if len(found) != 1:
            raise Unreadable("engine/expected_amount")
        if found[0] > maximum:
            raise Unreadable("engine/expected_smaller_amount", maximum=maximum)
        return found[0]

    return read


def month() -> Reader:
    """Read a month as the ISO date of its first day: "November", "bulan lalu", "10/2026"."""

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> str:  # noqa: ARG001
        found = month_in(inbound.text, today)
        if found is None:
            raise Unreadable("engine/expected_month")
        return found.isoformat()

    return read


def day(earliest: date | None = None, latest: date | None = None) -> Reader:
    """Read a day as an ISO date: "kemarin", "3 Oktober", "05-11-2026"."""

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> str:  # noqa: ARG001
        found = day_in(inbound.text, today)
        if found is None or (earliest and found < earliest) or (latest and found > latest):
            raise Unreadable("engine/expected_day")
        return found.isoformat()

    return read


def text(minimum: int = 1, maximum: int = 1_000) -> Reader:
    """Read any text of that many characters."""

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> str:  # noqa: ARG001
        typed = inbound.text.strip()
        if len(typed) > maximum:
            raise Unreadable("engine/expected_shorter", maximum=maximum)
        if len(typed) < minimum or not plain(typed):
            raise Unreadable("engine/expected_text", minimum=minimum)
        return typed

    return read


def name() -> Reader:
    """Read a person's name: letters, at most 80 characters."""

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> str:  # noqa: ARG001
        typed = " ".join(inbound.text.split())
        if (
            not 2 <= len(typed) <= LONGEST_NAME
            or not _NAME.fullmatch(typed)
            or _ADDRESS.search(typed)
            or is_courtesy(typed)
        ):
            raise Unreadable("engine/expected_name")
        return typed

    return read


def phone() -> Reader:
    """Read a number in E.164 form, typed or shared as one's own contact; Indonesian without a country code."""

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> str:  # noqa: ARG001
        typed = inbound.phone or inbound.text
        found = next(iter(phonenumbers.PhoneNumberMatcher(typed[:200], "ID")), None)
        if found is None:
            raise Unreadable("engine/expected_phone")
        return phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)

    return read


def digits(minimum: int, maximum: int) -> Reader:
    """Read a whole number (int) in that range: "25", "25 tahun", "tiga"."""

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> int:  # noqa: ARG001
        found = amounts_in(inbound.text)
        if len(found) != 1 or not minimum <= found[0] <= maximum:
            raise Unreadable("engine/expected_number", minimum=minimum, maximum=maximum)
        return found[0]

    return read


def month_count(maximum: int) -> Reader:
    """Read a number of months (int), at least 1: "5", "5 bulan", "setahun", "2 tahun 3 bulan"."""
    number = digits(1, maximum)

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> int:
        counted = months_counted(inbound.text)
        found: int = number(inbound, understanding, today) if counted is None else counted
        if not 1 <= found <= maximum:
            raise Unreadable("engine/expected_number", minimum=1, maximum=maximum)
        return found

    return read


def files() -> Reader:
    """Read the ids (list of int) of the files sent; at least one."""

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> Any:  # noqa: ARG001
        if not inbound.files:
            raise Unreadable("engine/expected_files")
        return [file.id for file in inbound.files]

    return read


def _begins_and_says_no_more(typed: str, said: frozenset[str]) -> bool:
    first, *others = typed.split() or [""]
    return first in said and not set(others) - said - steering().particles - steering().fillers


def _named(typed: str, phrases: Mapping[str, Iterable[str]]) -> list[str]:
    """What was meant, by a phrase that is all of the text, or stands in it when nothing is denied."""
    found = [value for value, said in phrases.items() if typed in said]
    if not found and not set(typed.split()) & steering().no:
        found = [value for value, said in phrases.items() if _mentions(typed, said)]
    return found


def _mentions(typed: str, phrases: Iterable[str]) -> bool:
    return any(phrase and f" {phrase} " in f" {typed} " for phrase in phrases)
