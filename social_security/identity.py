"""Identity numbers in free text: found however they are written, and masked.

A NIK or family card number (KK) has 16 digits, a JKN card 13. A mobile number, an amount and a date
stay visible.

Text is read as runs of digit groups. Each run is divided into the cheapest sequence of tokens: phone
numbers, amounts and dates cost least, an identity number costs more the less it looks like one, and a
group that is none of them costs most. So one rule weighs every reading; doubt ends in masking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from social_security.digit_runs import Run, digit_runs
from social_security.nik import NIK_DIGITS, looks_like_nik

CARD_DIGITS = 13
_SHOWN = 4
_LONGEST_NUMBER = 20
_MASKED = re.compile(rf"\d{{{_SHOWN}}}\*{{{CARD_DIGITS - 2 * _SHOWN},}}\d{{{_SHOWN}}}")


class IdentityKind(StrEnum):
    """What an identity number is, by its length."""

    CIVIL = "civil"  # NIK or KK, 16 digits (or more: a slip of the finger hides nothing)
    CARD = "card"  # JKN card, 13 digits


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """An identity number at ``text[start:end]``; its digits stay out of ``repr`` and so out of logs."""

    start: int
    end: int
    kind: IdentityKind
    digits: str = field(repr=False)

    @property
    def masked(self) -> str:
        """The first and last four digits, the others starred."""
        return f"{self.digits[:_SHOWN]}{'*' * (len(self.digits) - 2 * _SHOWN)}{self.digits[-_SHOWN:]}"


def mask_identity_numbers(text: str) -> str:
    """Star the middle of every identity number in a text: ``3273********0001``.

    Masking twice changes nothing.
    """
    parts = []
    end = 0
    for number in find_identity_numbers(text):
        parts += [text[end : number.start], number.masked]
        end = number.end
    return "".join([*parts, text[end:]])


def holds_masked_number(text: str) -> bool:
    """Whether a text holds an identity number that was masked."""
    return _MASKED.search(text) is not None


def find_identity_numbers(text: str) -> tuple[IdentityNumber, ...]:
    """All identity numbers of a text, in order."""
    return tuple(number for run in digit_runs(text) for number in _numbers_in(run))


class _Token(NamedTuple):
    """Groups ``run[start:end]`` read as one thing; ``kind`` when that is an identity number."""

    start: int
    end: int
    kind: IdentityKind | None


class _Reading(NamedTuple):
    """The cheapest division of a run up to some group: its cost, its identity numbers, its last token."""

    cost: tuple[int, int]
    token: _Token


class _Cost:
    """What each reading of a window costs; the numbers matter only against one another.

    Two split phones (16) are cheaper than a long identity number (19); a split phone and a loose group (18) are not
    cheaper than sixteen digits that stand alone (15), but a phone written together and a loose group (10) are.
    """

    CERTAIN = 0
    LIKELY_IDENTITY = 5
    SPLIT_PHONE = 8
    LONE_CARD = 8
    LOOSE = 10
    LONE_CIVIL = 15
    LONE_LONG = 19
    IN_COMPANY = 10  # on top, when other groups stand beside it
    NEVER = 10_000


def _numbers_in(run: Run) -> list[IdentityNumber]:
    """The identity numbers of a run; what lies between them is read again as runs of its own."""
    numbers = []
    end = 0
    for token in _cheapest_division(run):
        if token.kind is not None:
            groups = run[token.start : token.end]
            digits = "".join(group.digits for group in groups)
            numbers += _numbers_in(run[end : token.start])
            numbers.append(IdentityNumber(groups[0].start, groups[-1].end, token.kind, digits))
            end = token.end
    return numbers + _numbers_in(run[end:]) if numbers else []


def _cheapest_division(run: Run) -> list[_Token]:
    """Divide a run into tokens at the least cost, with as few identity numbers as that cost allows."""
    best = [_Reading((0, 0), _Token(0, 0, None))]
    for end in range(1, len(run) + 1):
        options = [
            _Reading(
                (best[start].cost[0] + cost, best[start].cost[1] + (kind is not None)),
                _Token(start, end, kind),
            )
            for start in _starts(run, end)
            for cost, kind in _meanings(run, start, end)
        ]
        best.append(min(options, key=lambda reading: reading.cost))
    tokens = []
    end = len(run)
    while end:
        tokens.append(best[end].token)
        end = best[end].token.start
    return tokens[::-1]


def _starts(run: Run, end: int) -> Iterator[int]:
    """Where a token that ends before group ``end`` may start: its digits must not become too many."""
    length = 0
    for start in range(end - 1, -1, -1):
        length += len(run[start].digits)
        if length > _LONGEST_NUMBER and start != end - 1:
            return
        yield start


def _meanings(run: Run, start: int, end: int) -> Iterator[tuple[int, IdentityKind | None]]:
    """Everything a window of groups can be, with its cost."""
    window = run[start:end]
    digits = "".join(group.digits for group in window)
    is_whole_run = len(window) == len(run)
    if _MOBILE.fullmatch(digits):
        yield (_Cost.CERTAIN if len(window) == 1 else _Cost.SPLIT_PHONE), None
    elif len(digits) >= NIK_DIGITS:
        yield _civil_cost(window, digits, is_whole_run=is_whole_run), IdentityKind.CIVIL
    elif len(digits) == CARD_DIGITS:
        yield _card_cost(window, digits, is_whole_run=is_whole_run), IdentityKind.CARD
    if _stands_alone(run, start, end) and (_is_amount(window, digits) or _is_date(window)):
        yield _Cost.CERTAIN, None
    if len(window) == 1:
        yield _Cost.LOOSE, None


def _civil_cost(window: Run, digits: str, *, is_whole_run: bool) -> int:
    if len(window) == 1:
        return _Cost.CERTAIN
    if len(digits) == NIK_DIGITS and looks_like_nik(digits):
        return _Cost.LIKELY_IDENTITY
    alone = _Cost.LONE_CIVIL if len(digits) == NIK_DIGITS else _Cost.LONE_LONG
    return alone if is_whole_run else alone + _Cost.IN_COMPANY


def _card_cost(window: Run, digits: str, *, is_whole_run: bool) -> int:
    """Thirteen digits apart are a card when they begin like one, or are all there is, equally apart."""
    if len(window) == 1:
        return _Cost.CERTAIN
    if digits.startswith("0"):
        return _Cost.LIKELY_IDENTITY
    gaps = {group.gap for group in window[1:]}
    return _Cost.LONE_CARD if is_whole_run and len(gaps) == 1 and not gaps.pop().isspace() else _Cost.NEVER


def _stands_alone(run: Run, start: int, end: int) -> bool:
    """Whether the sign inside a window is another than the signs around it."""
    inside = {group.gap for group in run[start + 1 : end]}
    around = {run[start].gap if start else "", run[end].gap if end < len(run) else ""}
    return not inside & around


_MOBILE = re.compile(r"08[1-9]\d{7,10}|628[1-9]\d{7,10}")


def _is_amount(window: Run, digits: str) -> bool:
    """``1.500.000``, up to hundreds of billions."""
    sizes = [len(group.digits) for group in window]
    gaps = {group.gap for group in window[1:]}
    return (
        len(window) > 1
        and gaps in ({"."}, {","})
        and sizes[0] <= 3
        and set(sizes[1:]) == {3}
        and len(digits) < CARD_DIGITS
        and not digits.startswith("0")
    )


def _is_date(window: Run) -> bool:
    """Day, month, year or the other way round, between equal signs."""
    if len(window) != 3 or window[1].gap != window[2].gap or window[1].gap not in {"-", "/", ".", " "}:
        return False
    first, month, last = (group.digits for group in window)
    day, year = (last, first) if len(first) == 4 else (first, last)
    return (
        len(day) <= 2 and 1 <= int(day) <= 31 and 1 <= int(month) <= 12 and year[:2] in {"19", "20"} and len(year) == 4
    )
