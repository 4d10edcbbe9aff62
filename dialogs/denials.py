"""\"Bukan itu, maksud saya …\": the participant denies how they were understood, and may say what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from dialogs.tables import steering


def undenied(text: str, *, in_form: bool = False) -> str | None:
    """What stands after a denial at the beginning of a text, perhaps nothing; None when nothing is denied.

    While a form is open "maksud saya …" alone answers its question and denies nothing.
    """
    found = _outright().match(text) or (None if in_form else _gently().match(text))
    if found is None:
        return None
    rest = found["rest"].strip()
    return rest if any(letter.isalnum() for letter in rest) else ""


@cache
def _outright() -> re.Pattern[str]:
    denial = rf"{_any_of(steering().denials)}(?:\W+{_any_of(steering().denial_openers)})*"
    meant = _any_of(steering().meant)
    return re.compile(
        rf"{_openers()}{denial}(?:\W*$|\s*[,.;:!?\n–—-]\W*(?:{meant}\W+)?|\W+{meant}\W+)(?P<rest>.*)$", _FLAGS
    )


@cache
def _gently() -> re.Pattern[str]:
    return re.compile(rf"{_openers()}{_any_of(steering().meant)}\W+(?P<rest>.*\w.*)$", _FLAGS)


_FLAGS = re.IGNORECASE | re.DOTALL


def _openers() -> str:
    return rf"\W*(?:{_any_of(steering().denial_openers)}\W+)*"


def _any_of(phrases: Iterable[str]) -> str:
    """One of the phrases as whole words, the longest first."""
    words = (r"\W+".join(map(re.escape, phrase.split())) for phrase in sorted(phrases, key=len, reverse=True))
    return rf"\b(?:{'|'.join(words)})\b"
