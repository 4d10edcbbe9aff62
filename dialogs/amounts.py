"""Rupiah the way people type them: "1,5 juta", "50rb", "Rp 2.500.000", "2jt-an", "dua juta lima ratus ribu"."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_TOKEN = re.compile(r"\d[\d.,]*|[^\W\d_]+|[-–—]")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_GROUPED_WITH_CENTS = re.compile(r"(\d{1,3}(?:[.,]\d{3})+)[.,]\d{1,2}")
_DECIMAL = re.compile(r"(\d+)[.,](\d+)")
_MOST_DIGITS = 15


def amounts_in(text: str) -> list[int]:
    """Every amount of the text in whole rupiah, in order; a bare number counts as rupiah."""
    tokens = _TOKEN.findall(re.sub(r"[-–—]an\b", "an", text.casefold()))
    sum_ = _Sum()
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        sum_.take(token, before_million=_scale(following) >= 1_000_000)
    sum_.close()
    return sum_.amounts


def in_digits(text: str) -> str:
    """The text with its number words below ten thousand as digits: "dua puluh lima mei" is "25 mei".

    Years count both ways: "seribu sembilan ratus sembilan puluh" and "sembilan belas sembilan puluh" are 1990.
    """
    return _number_words().sub(_written_out, text)


def digit_by_digit(text: str) -> str:
    """The text with single digits said one after the other as one number: "delapan delapan" is "88"."""
    single = "|".join(word for word, value in _words()["units"].items() if value < 10)
    spoken = re.compile(rf"\b(?:{single})(?:\s+(?:{single}))+\b(?!\s+(?:puluh|belas|ratus|ribu))", re.IGNORECASE)
    return spoken.sub(lambda found: "".join(str(_words()["units"][word]) for word in found[0].split()), text)


def _written_out(found: re.Match[str]) -> str:
    words = found[0].split()
    century = words[:2] == ["sembilan", "belas"] and len(words) > 2
    rest = amounts_in(" ".join(words[2:])) if century else []
    if len(rest) == 1 and rest[0] < 100:
        return str(1900 + rest[0])
    numbers = amounts_in(found[0])
    return str(numbers[0]) if len(numbers) == 1 and not _counts(words) else found[0]


def _counts(words: list[str]) -> bool:
    """Whether these number words stand beside each other without making one number: "satu dua tiga"."""
    single = {word for word, value in _words()["units"].items() if value < 10}
    return any(first in single and second in single for first, second in itertools.pairwise(words))


@cache
def _number_words() -> re.Pattern[str]:
    words = _words()
    scales = ("ribu", "rb", "rbu", "seribu")
    any_of = "|".join([*words["units"], *words["teens"], *words["tens"], *words["hundreds"], *scales])
    begin = "|".join([*words["units"], "seribu"])
    return re.compile(rf"\b(?:{begin})\b(?:\s+(?:{any_of})\b)*", re.IGNORECASE)


@cache
def _words() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return table


def _scale(token: str) -> int:
    scales: dict[str, int] = _words()["scales"]
    return scales.get(token) or scales.get(token.removesuffix("an"), 0)


@dataclass
class _Sum:
    """The amount being read: `digits` below a scale word, `hundreds` of the same group, `total` of closed groups."""

    amounts: list[int] = field(default_factory=list)
    total: Decimal = Decimal(0)
    hundreds: Decimal = Decimal(0)
    digits: Decimal = Decimal(0)
    last_scale: int = 0
    begun: bool = False

    def take(self, token: str, *, before_million: bool) -> None:
        words = _words()
        if token[0].isdigit():
            self._number(token, before_million=before_million)
        elif token in words["units"]:
            self._add(Decimal(words["units"][token]))
        elif token in words["half"]:
            self._half()
        elif token in words["whole"]:
            self._close_group(words["whole"][token], Decimal(1))
        elif self.begun and not self._multiplied(token) and token not in words["ignored"]:
            self.close()

    def close(self) -> None:
        if self.begun:
            self.amounts.append(int(self.total + self.hundreds + self.digits))
        self.total = self.hundreds = self.digits = Decimal(0)
        self.last_scale, self.begun = 0, False

    def _multiplied(self, token: str) -> bool:
        words, scale = _words(), _scale(token)
        if scale:
            self._close_group(scale, self.hundreds + self.digits)
        elif token in words["teens"]:
            self.digits += 10
        elif token in words["tens"]:
            self.digits *= 10
            self._to_hundreds()
        elif token in words["hundreds"]:
            self.digits *= 100
            self._to_hundreds()
        else:
            return False
        return True

    def _number(self, token: str, *, before_million: bool) -> None:
        value = _number(token.rstrip(".,"), before_million=before_million)
        if value is None or (self.begun and not self.last_scale):
            self.close()
        if value is not None:
            self._add(value)

    def _add(self, value: Decimal) -> None:
        self.digits += value
        self.begun = True

    def _half(self) -> None:
        if self.last_scale and not self.hundreds + self.digits:
            self.total += Decimal(self.last_scale) / 2
        else:
            self._add(Decimal("0.5"))

    def _to_hundreds(self) -> None:
        self.hundreds, self.digits = self.hundreds + self.digits, Decimal(0)

    def _close_group(self, scale: int, count: Decimal) -> None:
        self.total += count * scale
        self.hundreds = self.digits = Decimal(0)
        self.last_scale, self.begun = scale, True


def _number(token: str, *, before_million: bool) -> Decimal | None:
    if len(token) > _MOST_DIGITS:
        return None
    with_cents, decimal = _GROUPED_WITH_CENTS.fullmatch(token), _DECIMAL.fullmatch(token)
    if before_million and decimal:
        return Decimal(f"{decimal[1]}.{decimal[2]}")
    if _GROUPED.fullmatch(token) or with_cents:
        return Decimal(re.sub(r"[.,]", "", with_cents[1] if with_cents else token))
    if decimal:
        return Decimal(f"{decimal[1]}.{decimal[2]}")
    return Decimal(token) if token.isdecimal() else None
