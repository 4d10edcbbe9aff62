"""Readers of what only registrations ask: a birth date, one member of the family."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from dialogs.amounts import digit_by_digit, in_digits
from dialogs.dates import day_in
from dialogs.forms import Reader, Unreadable
from dialogs.messages import Inbound, Understanding
from dialogs.offers import table
from dialogs.readers import LONGEST_NAME, text
from dialogs.steering import is_courtesy
from dialogs.tables import steering
from dialogs.typed import plain
from social_security.facts import fact

_WORDS: Final = table("enrolment_words")
#: How a relation is called.
RELATIONS: Final[dict[str, str]] = _WORDS["relation_titles"]
_OLDEST: Final = 120
_DIGITS_ONLY: Final = re.compile(r"\b(\d{2})(\d{2})((?:19|20)\d{2})\b")
_SHORT_YEAR: Final = re.compile(r"(?<!\d)\d{1,2}\s*[-/. ]\s*[^\W_]{1,9}\s*[-/. ]\s*\d{2}(?!\d)")
_HAS_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_DAY: Final = re.compile(
    r"(?<!\d)(?:\d{1,2}\s*[-/. ]\s*[^\W_]{1,9}\s*[-/. ]\s*(?:\d{4}|\d{2})|\d{4}-\d{1,2}-\d{1,2}|\d{8})(?!\d)"
)
_LETTERS: Final = re.compile(r"[\d_]")
_YEAR_WRITTEN: Final = re.compile(r"(?<!\d)\d{4}(?!\d)")
#: Stands between a birth date that was asked about once more and the answer to that.
_ASKED_ABOUT: Final = "benar lahir"
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_LONGEST_EMAIL: Final = 120


def age_on(day: date, born: date) -> int:
    """Whole years of age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def born(*, age_limit: str | None = None, of_baby: bool = False) -> Reader:
    """Read a birth date as an ISO date; of a baby also "kemarin". `age_limit` is the fact that says who is too old.

    Where there is such a limit somebody works, and the birth date of a child is asked about once more.
    """

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> str:  # noqa: ARG001
        told, asked_about, answer = inbound.text.partition(_ASKED_ABOUT)
        found = _birth_date(told, today, of_baby=of_baby)
        limit = fact(age_limit, today).amount if age_limit else None
        if limit is not None and age_on(today, found) >= limit:
            raise Unreadable("enrol/too_old", limit=limit)
        if age_limit and age_on(today, found) < _WORDS["asked_below_age"] and not _agreed(asked_about, answer):
            begun = None if asked_about else f"{found.isoformat()} {_ASKED_ABOUT}"
            raise Unreadable("enrol/born_young", begun=begun, born=found, age=age_on(today, found))
        return found.isoformat()

    return read


def _agreed(asked_about: str, answer: str) -> bool:
    first = (plain(answer).split() or [""])[0]
    return bool(asked_about) and first in steering().yes


def _birth_date(text: str, today: date, *, of_baby: bool = False) -> date:
    spelled = _DIGITS_ONLY.sub(r"\1-\2-\3", in_digits(digit_by_digit(text.casefold())))
    written = _DAY.search(spelled)
    found = day_in(written.group() if written else spelled, today)
    if found is None:
        raise Unreadable("enrol/expected_birth")
    short_year = bool(_SHORT_YEAR.search(spelled)) and not _HAS_YEAR.search(spelled)
    if not (of_baby or short_year or _HAS_YEAR.search(spelled)):
        year = _YEAR_WRITTEN.search(spelled)
        raise Unreadable("enrol/birth_long_ago" if year else "enrol/expected_birth_year", year=year and year[0])
    if found > today and short_year:
        found = found.replace(year=found.year - 100)
    if found > today:
        raise Unreadable("enrol/birth_in_future")
    if age_on(today, found) > _OLDEST:
        raise Unreadable("enrol/expected_birth")
    return found


def described(otherwise: str, minimum: int, maximum: int) -> Reader:
    """Read an address or a job; a date, a sum or a courtesy is none, and `otherwise` says what is expected."""
    read_text = text(minimum, maximum)

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> str:
        typed: str = read_text(inbound, understanding, today)
        words = [_LETTERS.sub("", word) for word in plain(typed).split()]
        telling = [word for word in words if word and word not in _WORDS["no_description"]]
        if not telling or is_courtesy(" ".join(telling)):
            raise Unreadable(otherwise)
        return typed

    return read


def email() -> Reader:
    """Read an e-mail address."""

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> str:  # noqa: ARG001
        found = _EMAIL.search(inbound.text.strip())
        if not found or len(found.group()) > _LONGEST_EMAIL:
            raise Unreadable("enrol/expected_email")
        return found.group()

    return read


def member() -> Reader:
    """Read one member of the family, {name, born, relation}, or "none": "Budi Santoso, 12-03-2015, anak"."""

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> Any:  # noqa: ARG001
        if plain(inbound.text) in _WORDS["nobody_else"]:
            return "none"
        days = list(_DAY.finditer(inbound.text))
        if len(days) != 1:
            raise Unreadable("enrol/one_member_each" if days else "enrol/expected_member")
        (day,) = days
        birth = _birth_date(day.group(), today)
        rest = f"{inbound.text[: day.start()]} {inbound.text[day.end() :]}"
        called = _called(rest)
        if not called:
            raise Unreadable("enrol/expected_relation")
        relation = next(relation for relation, words in _WORDS["relations"].items() if called & set(words))
        return {"name": _name(rest, called), "born": birth.isoformat(), "relation": relation}

    return read


def _called(text: str) -> set[str]:
    """The words that say the relation; "putri" is part of a name where another word says it."""
    said = set(plain(text).split()) & {word for words in _WORDS["relations"].values() for word in words}
    return said - set(_WORDS["also_names"]) or said


def _name(text: str, called: set[str]) -> str:
    left_out = called | set(_WORDS["around_a_name"])
    words = [word for word in re.split(r"[\s,;:()/]+", text) if word and plain(word) not in left_out]
    name = " ".join(word for word in words if any(letter.isalpha() for letter in word))
    if not 2 <= len(name) <= LONGEST_NAME:
        raise Unreadable("enrol/expected_member")
    return name
