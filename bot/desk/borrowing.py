"""Participants' wordings in an article's form: which messages they come from, and what to do when one is forgotten."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from storage.unanswered import Unclear

#: A longer message is no way of asking; it is settled with the others all the same.
LONGEST_WORDING: Final = 200
MOST_WORDINGS: Final = 40
_PAIR: Final = re.compile(r"\b([0-9]{1,18}):([0-9a-f]{16})\b")


def proposed(messages: Sequence[Unclear]) -> list[str]:
    """The different wordings that can be ways of asking."""
    wordings = dict.fromkeys(message.wording for message in messages)
    return [one for one in wordings if 3 <= len(one) <= LONGEST_WORDING][:MOST_WORDINGS]


def sources_of(messages: Sequence[Unclear]) -> str:
    """The messages as a form carries them: numbers, each with the fingerprint by which its wording is found again."""
    return " ".join(f"{message.id}:{_fingerprint(message.wording)}" for message in messages)


def numbers_in(sources: str) -> list[int]:
    """The numbers of the messages a form carries."""
    return [number for number, _ in _pairs(sources)]


def without_gone(sources: str, questions: str, there: Sequence[int]) -> tuple[str, str]:
    """The messages that are still there, and the ways of asking without the wordings of those that are not."""
    kept = [(number, mark) for number, mark in _pairs(sources) if number in set(there)]
    gone = {mark for _, mark in _pairs(sources)} - {mark for _, mark in kept}
    lines = [line for line in questions.splitlines() if _fingerprint(" ".join(line.split())) not in gone]
    return " ".join(f"{number}:{mark}" for number, mark in kept), "\n".join(lines)


def _pairs(sources: str) -> list[tuple[int, str]]:
    parts = (pair.partition(":") for pair in sources.split())
    return [
        (int(number), mark) for number, _, mark in parts if number.isascii() and number.isdigit() and len(number) < 19
    ]


def _fingerprint(wording: str) -> str:
    return sha256(wording.encode()).hexdigest()[:16]
