"""Words of a question, as they are compared: without slang, endings and typing mistakes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import snowballstemmer
import yaml

LANGUAGE = Path(__file__).parent / "language.yml"

WORD = re.compile(r"[a-z0-9]+")
STRETCHED = re.compile(r"([a-z])\1{2,}")
STRETCHED_END = re.compile(r"([aiueo])\1+\b")
#: Endings and openings of spoken Indonesian: bayarin, ngecek, ngurus, nyimpan.
SPOKEN = (
    (re.compile(r"(?<=^[a-z]{4})in$|(?<=[a-z]{5})in$"), ""),
    (re.compile(r"^nge(?=[a-z]{4})"), ""),
    (re.compile(r"^ng(?=[aiueo][a-z]{3})"), ""),
    (re.compile(r"^ny(?=[aiueo][a-z]{3})"), "s"),
)
SHORT_NYA = re.compile(r"(?<=[a-z]{3})x\b")
#: Whose it is: kartunya, saldoku.
OWNED = "(?:nya|ku|mu)?"
#: A count or a class; numbers of services and ages have more. A year says when, not what about.
UNSAID_NUMBER = re.compile(r"\d|20[2-9]\d")
#: Letter groups catch typing mistakes; shorter words are left whole.
GROUP = 3
SHORTEST_GROUPED = 5


def letter_groups(stems: Sequence[str]) -> list[str]:
    """Groups of letters of the longer words; a typing mistake leaves most of them as they were."""
    return [group for stem in stems for group in _letter_groups(stem)]


def word_pairs(stems: Sequence[str]) -> list[str]:
    """Words that follow each other; "ganti kelas" says more than the two words apart."""
    return [f"{first} {second}" for first, second in pairwise(stems)]


def schemes_named(stems: Iterable[str]) -> frozenset[str]:
    """The schemes (by name) that these words belong to."""
    spoken = frozenset(stems)
    return frozenset(scheme for scheme, named in _scheme_words().items() if spoken & named)


def programmes_named(stems: Iterable[str]) -> frozenset[str]:
    """The programmes (by name) that these words speak of, by their short or long names."""
    return frozenset(stems) & _programme_words()


def written_date(day: date) -> str:
    """A date as people write it: `20 November 2026`."""
    return f"{day.day} {written_month(day)}"


def written_month(day: date) -> str:
    """A month as people write it: `November 2026`."""
    return f"{_table()['months'][day.month - 1]} {day.year}"


def months_written() -> dict[int, list[str]]:
    """Names of the months as people write them, by number."""
    names: dict[int, list[str]] = _table()["months_written"]
    return names


def months_ahead() -> dict[str, int]:
    """Words for months to come, and how many months ahead they are."""
    ahead: dict[str, int] = _table()["months_ahead"]
    return ahead


def words(text: str) -> list[str]:
    """The stems of a text's words in their order, slang replaced, empty words left out."""
    return stems(as_typed(text))


def as_typed(text: str) -> list[str]:
    """A text's words in their order, without accents, capitals and stretched letters."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = STRETCHED_END.sub(r"\1", STRETCHED.sub(r"\1", plain))
    return WORD.findall(SHORT_NYA.sub("nya", plain))


def stems(typed: Sequence[str]) -> list[str]:
    """What `as_typed` words mean: slang replaced, endings cut, empty words left out."""
    plain = _synonyms().sub(lambda match: _meanings()[match[1]], " ".join(typed))
    return [_stem(word) for word in plain.split() if not UNSAID_NUMBER.fullmatch(word) and word not in _empty_words()]


def words_of_the_language() -> frozenset[str]:
    """Every word of `language.yml`: slang, what it means, and the empty words."""
    phrases = (*_meanings(), *_meanings().values(), *_empty_words(), *_table()["months"])
    return frozenset(word for phrase in phrases for word in as_typed(phrase))


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    for spoken, written in SPOKEN:
        word = spoken.sub(written, word)
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=20_000)
def _letter_groups(stem: str) -> tuple[str, ...]:
    if len(stem) < SHORTEST_GROUPED:
        return ()
    framed = f"_{stem}_"
    return tuple(framed[start : start + GROUP] for start in range(len(framed) - GROUP + 1))


@cache
def _stemmer() -> Any:
    return snowballstemmer.stemmer("indonesian")


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(LANGUAGE.read_text(encoding="utf-8"))
    return table


@cache
def _meanings() -> dict[str, str]:
    return {variant: meaning for meaning, variants in _table()["same"].items() for variant in variants}


@cache
def _synonyms() -> re.Pattern[str]:
    longest_first = sorted(_meanings(), key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(map(re.escape, longest_first))}){OWNED}\b")


@cache
def _scheme_words() -> dict[str, frozenset[str]]:
    return {scheme: frozenset(map(_stem, named)) for scheme, named in _table()["schemes"].items()}


@cache
def _programme_words() -> frozenset[str]:
    return frozenset(_table()["programmes"])


@cache
def _empty_words() -> frozenset[str]:
    months = (name for names in months_written().values() for name in names)
    return frozenset((*_table()["empty"], *months))
