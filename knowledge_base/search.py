"""Finding articles: BM25 over stemmed words, and over letter groups for typing mistakes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge_base.article import Article
from knowledge_base.language import letter_groups, programmes_named, schemes_named, words

Scores = NDArray[np.float64]

#: How much the nearest single way of asking counts; the rest is for the article as a whole.
QUESTION_SHARE = 0.6
#: How much words count; the rest is for their letter groups.
WORD_SHARE = 0.75
#: Repeating a word says little in texts this short, their length a little.
SATURATION, LENGTH_WEIGHT = 0.8, 0.9
#: A text of middling length that has every word once reaches this share of BM25's bound; it counts as 1.
FULL = 1 + SATURATION
#: A single mistyped word is known to no text, yet worth a look.
HALF_A_WORD = 0.5
#: What is left of an article's fit when the question speaks of the other scheme only.
OTHER_SCHEME = 0.6
#: The same when it names a programme and the article is about another one, or about none.
OTHER_PROGRAMME, NO_PROGRAMME = 0.7, 0.9


class Index:
    """Ranks articles by a question. Built once; safe to share."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = articles
        asked = [_asked(article) for article in articles]
        #: Where the ways of asking an article begin among all of them.
        self._first_asked = np.cumsum([0, *map(len, asked)])[:-1]
        self._asked = _Similarity([text for texts in asked for text in texts])
        self._whole = _Similarity([" ".join((*_asked(article), article.body)) for article in articles])

    def ranked(self, question: str) -> list[tuple[Article, float]]:
        """Every article that shares something with the question and how well it fits (0 to 1), best first."""
        if not self._articles or not words(question):
            return []
        schemes, programmes = schemes_named(question), programmes_named(question)
        nearest = np.maximum.reduceat(self._asked.to(question), self._first_asked)
        near = QUESTION_SHARE * nearest + (1 - QUESTION_SHARE) * self._whole.to(question)
        fits = [
            (article, fit * _scheme_factor(article, schemes) * _programme_factor(article, programmes))
            for article, fit in zip(self._articles, near.tolist(), strict=True)
        ]
        best_first = sorted((fit for fit in fits if fit[1] > 0), key=lambda fit: -fit[1])
        trust = FULL * math.sqrt(self._whole.known_share(question))
        return [(article, min(1.0, fit * trust)) for article, fit in best_first]


class _Similarity:
    """How near texts are to a question: 1 when a text has all of it, 0 when it shares nothing."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._by_words = _Ranker(texts, words)
        self._by_groups = _Ranker(texts, letter_groups)

    def to(self, question: str) -> Scores:
        return WORD_SHARE * self._by_words.scores(question) + (1 - WORD_SHARE) * self._by_groups.scores(question)

    def known_share(self, question: str) -> float:
        """Which part of a question's words any text has; one of mostly unknown words is hardly ours."""
        return self._by_words.known_share(question)


class _Ranker:
    """BM25 over one kind of feature, as the share of what a text with the whole question would reach."""

    def __init__(self, texts: Sequence[str], features: Callable[[str], list[str]]) -> None:
        self._features = features
        documents = [features(text) or [""] for text in texts]
        self._bm25 = bm25s.BM25(k1=SATURATION, b=LENGTH_WEIGHT)
        if documents:
            self._bm25.index(documents, show_progress=False)
        self._size = len(documents)
        self._spread = Counter(feature for document in documents for feature in set(document))

    def scores(self, question: str) -> Scores:
        asked = dict.fromkeys(self._features(question))
        known = [feature for feature in asked if feature in self._spread]
        if not known:
            return np.zeros(self._size)
        whole = sum(self._rarity(feature) for feature in asked)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float64) / whole

    def known_share(self, question: str) -> float:
        """Which part of a question's features any text has."""
        asked = dict.fromkeys(self._features(question))
        known = sum(feature in self._spread for feature in asked)
        return (known + HALF_A_WORD) / (len(asked) + HALF_A_WORD)

    def _rarity(self, feature: str) -> float:
        """The weight BM25 gives a feature; the most for one that no text has."""
        spread = self._spread[feature]
        return math.log(1 + (self._size - spread + 0.5) / (spread + 0.5))


def _asked(article: Article) -> tuple[str, ...]:
    """The ways of asking; everyone means the article's own scheme, even where they do not say so."""
    scheme = article.scheme.name if article.scheme else ""
    return tuple(f"{text} {scheme}" for text in (article.title, *article.questions))


def _scheme_factor(article: Article, named: frozenset[str]) -> float:
    if article.scheme is None or not named or article.scheme.name in named:
        return 1
    return OTHER_SCHEME


def _programme_factor(article: Article, named: frozenset[str]) -> float:
    if not named:
        return 1
    if article.programme is None:
        return NO_PROGRAMME
    return 1 if article.programme.name.casefold() in named else OTHER_PROGRAMME
