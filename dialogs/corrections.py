"""Corrections of an answered question as people type them: "eh salah nama saya Slamet Riyadi", "alamat ganti Jl …"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialogs.steering import names_title
from dialogs.tables import steering
from dialogs.typed import plain


@dataclass(frozen=True)
class Correction:
    """What is to be changed: the questions that the words may name, and the new answer where it was told."""

    questions: tuple[str, ...]
    value: str


def correction(text: str, titles: Mapping[str, str], *, in_story: bool) -> Correction | None:
    """The correction in a text, of one of the answers with these (plain) titles by question; None when there is none.

    In a story only a message that begins with a word such as "ubah" corrects something else.
    """
    words = text.split()
    typed = [plain(word) for word in words]
    start = _after(typed, 0, _openers())
    named_at = _after(typed, start, steering().change_verbs | steering().wrong)
    if named_at == start and in_story:
        return None
    questions, end = _named(typed, named_at, titles)
    changed = _after(typed, end, steering().change_verbs | steering().wrong)
    if not questions or (named_at == start and changed == end):
        return None
    told = _after(typed, changed, steering().instead | steering().particles | _openers())
    return Correction(questions, " ".join(words[told:]).strip())


def _openers() -> frozenset[str]:
    return frozenset(steering().denial_openers) | steering().yes | {""}


def _after(typed: Sequence[str], start: int, words: frozenset[str]) -> int:
    """The first place from `start` at which none of these words stands."""
    while start < len(typed) and typed[start] in words:
        start += 1
    return start


def _named(typed: Sequence[str], start: int, titles: Mapping[str, str]) -> tuple[tuple[str, ...], int]:
    """The questions whose title begins at `start`, in as many words as fit, and where what follows begins."""
    for end in range(min(len(typed), start + _LONGEST), start, -1):
        wanted = " ".join(word.removesuffix("nya") for word in typed[start:end])
        exact = tuple(name for name, title in titles.items() if wanted in {name, title})
        named = exact or tuple(name for name, title in titles.items() if names_title(wanted, title))
        if named:
            return named, end
    return (), start


_LONGEST = 4
