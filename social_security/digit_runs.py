"""Digits in free text as people write them: in groups, in any script, with what stands between."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple


class Group(NamedTuple):
    """Digits written together; ``gap`` is what separates them from the group before."""

    digits: str
    start: int
    end: int
    gap: str


Run = list[Group]
SEPARATOR = r"[ \t\n\r.,\-_/:;|·•'()]"
_RUN = re.compile(rf"[0-9]+(?:{SEPARATOR}{{1,8}}[0-9]+)*")
_GROUP = re.compile(r"([^0-9]*)([0-9]+)")
_MASKED = re.compile(r"(?<![0-9])[0-9]{4}\*{5,}[0-9]{4}(?![0-9])")
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def digit_runs(text: str) -> Iterator[Run]:
    """Groups of digits that only short separators keep apart. What is masked already ends a run."""
    skeleton, positions = skeleton_of(text)
    start = 0
    for end, after in [*(masked.span() for masked in _MASKED.finditer(skeleton)), (len(skeleton), 0)]:
        for run in _RUN.finditer(skeleton, start, end):
            yield [
                Group(group[2], positions[group.start(2)], positions[group.end(2) - 1] + 1, group[1])
                for group in _GROUP.finditer(skeleton, *run.span())
            ]
        start = after


def skeleton_of(text: str) -> tuple[str, list[int]]:
    """The text without invisible characters, digits and signs in ASCII, and where each character stood."""
    kept = [(plain, position) for position, char in enumerate(text) if (plain := _plain(char))]
    return "".join(plain for plain, _ in kept), [position for _, position in kept]


def _plain(char: str) -> str:
    """One character in ASCII where it is a digit, space or dash; empty when it is invisible."""
    if char.isascii():
        return char if char.isprintable() or char in "\t\n\r" else ""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if char in _BLANK_LETTERS:
        return ""
    return _PLAIN_BY_CATEGORY.get(unicodedata.category(char), char)


_PLAIN_BY_CATEGORY = {"Pd": "-", "Zs": " ", "Zl": " ", "Zp": " ", "Cf": "", "Mn": "", "Me": "", "Cc": ""}
