"""Finding articles: BM25 over stemmed words and their letter groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import bm25s

from knowledge_base.article import Article
from knowledge_base.language import features

#: How much the best single way of asking counts against the article as a whole.
QUESTION_SHARE = 0.6


class Index:
    """Ranks articles by a question. Built once; safe to share."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = articles
        asked = [(number, question) for number, article in enumerate(articles) for question in _asked(article)]
        self._asked_of = [number for number, _ in asked]
        self._whole = _Ranker(_whole(article) for article in articles)
        self._asked = _Ranker(question for _, question in asked)

    def ranked(self, question: str) -> list[tuple[Article, float]]:
        """Every article that shares something with the question and how well it fits (0 to 1), best first."""
        words = features(question)
        if not words or not self._articles:
            return []
        best: dict[int, float] = defaultdict(float)
        for number, score in zip(self._asked_of, self._asked.scores(words), strict=True):
            best[number] = max(best[number], score)
        scored = [
            (article, QUESTION_SHARE * best[number] + (1 - QUESTION_SHARE) * whole)
            for number, (article, whole) in enumerate(zip(self._articles, self._whole.scores(words), strict=True))
        ]
        return sorted((hit for hit in scored if hit[1] > 0), key=lambda hit: -hit[1])


class _Ranker:
    """BM25 over texts, with scores as the share of the best a text could reach."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._bm25 = bm25s.BM25(k1=0.4, b=0.6)
        self._documents = [features(text) or [""] for text in texts]
        if self._documents:
            self._bm25.index(self._documents, show_progress=False)

    def scores(self, words: list[str]) -> list[float]:
        known = [word for word in words if word in self._bm25.vocab_dict]
        if not known:
            return [0.0] * len(self._documents)
        return [float(score) for score in self._bm25.get_scores(known)]


def _asked(article: Article) -> tuple[str, ...]:
    return (article.title, *article.questions)


def _whole(article: Article) -> str:
    return " ".join((*_asked(article), article.body))
