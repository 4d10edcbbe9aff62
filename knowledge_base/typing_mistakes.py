"""Typing mistakes: an unknown word is read as the known one that looks most like it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import lru_cache

from knowledge_base.language import words_of_the_language

#: Shorter words look like too many others.
SHORTEST = 5
#: How alike two spellings must be (0 to 1): one slip in a word of five letters is, two are not.
ALIKE = 0.8


class Vocabulary:
    """The words of the articles and of the language, by their first letter; people seldom mistype that one."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = words_of_the_language().union(words)
        self._by_first: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._words):
            if len(word) >= SHORTEST and word.isalpha():
                self._by_first[word[0]].append(word)
        self._meant = lru_cache(maxsize=20_000)(self._nearest)

    def spelled(self, words: Sequence[str]) -> list[str]:
        """The words in their order; an unknown one replaced by the known word it looks like, if there is one."""
        return [word if word in self._words else self._meant(word) for word in words]

    def _nearest(self, word: str) -> str:
        if len(word) < SHORTEST or not word.isalpha():
            return word
        near = [one for one in self._by_first.get(word[0], ()) if abs(len(one) - len(word)) <= 1]
        return next(iter(get_close_matches(word, near, n=1, cutoff=ALIKE)), word)
