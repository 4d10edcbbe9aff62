"""Finding articles: BM25 over the parts of an article, by words, by pairs of words and by groups of letters."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge_base.article import Article
from knowledge_base.language import as_typed, letter_groups, programmes_named, schemes_named, stems, word_pairs, words
from knowledge_base.typing_mistakes import Vocabulary

Scores = NDArray[np.float64]

#: A single mistyped word is known to no text, yet worth a look.
HALF_A_WORD = 0.5
#: An article of middling length that has every word comes to one part in so many of the bound; it counts as 1.
FULL = 2.2
#: What it adds when an article is asked in exactly these words.
WORD_FOR_WORD = 0.2
#: What is left of an article's fit when the question speaks of the other scheme only.
OTHER_SCHEME = 0.6
#: The same when it names a programme and the article is about another one, or about none.
OTHER_PROGRAMME, NO_PROGRAMME = 0.7, 0.9


@dataclass(frozen=True)
class Stemmed:
    """The words of an article, as they are compared."""

    title: Sequence[str]
    #: The ways of asking, the title among them.
    asked: Sequence[Sequence[str]]
    body: Sequence[str]

    @classmethod
    def of(cls, article: Article) -> Stemmed:
        """Read an article; everyone means its own scheme, even where they do not say so."""
        scheme = words(article.scheme.name) if article.scheme else []
        asked = [words(text) + scheme for text in (article.title, *article.questions)]
        return cls(asked[0], asked, words(article.body))

    @property
    def together(self) -> Sequence[str]:
        """All ways of asking in one."""
        return [word for one in self.asked for word in one]

    @property
    def whole(self) -> Sequence[str]:
        """All ways of asking, and the answer."""
        return [*self.together, *self.body]


@dataclass(frozen=True)
class Part:
    """A part of an article that a question is compared with; the nearest of its texts counts."""

    texts: Callable[[Stemmed], Sequence[Sequence[str]]]
    features: Callable[[Sequence[str]], Sequence[str]]
    #: How much it counts; all parts together count 1.
    weight: float
    #: How much repeating a feature, and the length of a text, say (BM25's k1 and b).
    saturation: float
    length: float


#: Tuned on questions left out of the index one by one, and on the gate's questions; `docs/measurements.md` has both.
PARTS: Final = (
    Part(lambda one: one.asked, list, 0.30, saturation=0.8, length=0.9),
    Part(lambda one: [one.whole], list, 0.35, saturation=1.5, length=0.6),
    Part(lambda one: [one.together], word_pairs, 0.17, saturation=0.8, length=0.5),
    Part(lambda one: one.asked, letter_groups, 0.08, saturation=0.8, length=0.9),
    Part(lambda one: [one.title], list, 0.10, saturation=0.8, length=0.5),
)


class Index:
    """Ranks articles by a question. Built once; safe to share."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = articles
        stemmed = [Stemmed.of(article) for article in articles]
        self._parts = tuple(_Ranker(part, stemmed) for part in PARTS) if articles else ()
        self._known = frozenset(word for one in stemmed for word in one.whole)
        self._vocabulary = Vocabulary(
            word for article in articles for text in (article.body, *article.questions) for word in as_typed(text)
        )
        self._schemes = np.array([one.scheme.name if one.scheme else "" for one in articles])
        self._programmes = np.array([one.programme.name.casefold() if one.programme else "" for one in articles])
        #: Which articles are asked in exactly these words.
        self._word_for_word: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for place, article in enumerate(articles):
            for text in (article.title, *article.questions):
                self._word_for_word[tuple(words(text))].append(place)

    def ranked(self, question: str) -> list[tuple[Article, float]]:
        """Every article that shares something with the question and how well it fits (0 to 1), best first."""
        typed = as_typed(question)
        asked = stems(self._vocabulary.spelled(typed))
        if not self._articles or not asked:
            return []
        near = sum((part.scores(asked) for part in self._parts), np.zeros(len(self._articles)))
        near[self._word_for_word.get(tuple(asked), [])] += WORD_FOR_WORD
        near *= self._scheme_factors(schemes_named(asked)) * self._programme_factors(programmes_named(asked))
        trust = FULL * math.sqrt(self._known_share(stems(typed)))
        best_first = np.argsort(-near, kind="stable")
        return [
            (self._articles[place], min(1.0, float(near[place]) * trust)) for place in best_first if near[place] > 0
        ]

    def _scheme_factors(self, named: frozenset[str]) -> Scores:
        is_other = (self._schemes != "") & ~np.isin(self._schemes, sorted(named)) & bool(named)
        return np.where(is_other, OTHER_SCHEME, 1.0)

    def _programme_factors(self, named: frozenset[str]) -> Scores:
        if not named:
            return np.ones(len(self._articles))
        without = np.where(self._programmes == "", NO_PROGRAMME, OTHER_PROGRAMME)
        return np.where(np.isin(self._programmes, sorted(named)), 1.0, without)

    def _known_share(self, asked: Sequence[str]) -> float:
        """Which part of a question's words any article has; one of mostly unknown words is hardly ours."""
        each = dict.fromkeys(asked)
        known = sum(word in self._known for word in each)
        return (known + HALF_A_WORD) / (len(each) + HALF_A_WORD)


class _Ranker:
    """BM25 over one part of the articles, as the weighted share of what a text with the whole question reaches."""

    def __init__(self, part: Part, articles: Sequence[Stemmed]) -> None:
        self._part = part
        texts = [part.texts(article) for article in articles]
        #: Where the texts of each article begin among all of them.
        self._begins = np.cumsum([0, *map(len, texts)])[:-1]
        documents = [list(part.features(text)) or [""] for several in texts for text in several]
        self._bm25 = bm25s.BM25(k1=part.saturation, b=part.length)
        self._bm25.index(documents, show_progress=False)
        self._size = len(documents)
        self._spread = Counter(feature for document in documents for feature in set(document))

    def scores(self, asked: Sequence[str]) -> Scores:
        """How near each article is: its part's weight when it has all that was asked, 0 when it shares nothing."""
        features = dict.fromkeys(self._part.features(asked))
        known = [feature for feature in features if feature in self._spread]
        if not known:
            return np.zeros(len(self._begins))
        whole = sum(self._rarity(feature) for feature in features)
        nearest = np.maximum.reduceat(self._bm25.get_scores(known), self._begins)
        return np.asarray(nearest, dtype=np.float64) * (self._part.weight / whole)

    def _rarity(self, feature: str) -> float:
        """The weight BM25 gives a feature; the most for one that no text has."""
        spread = self._spread[feature]
        return math.log(1 + (self._size - spread + 0.5) / (spread + 0.5))
