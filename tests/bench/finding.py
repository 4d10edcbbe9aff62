"""How long finding articles takes in a library as large as it may become."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median

from knowledge_base.article import Article
from knowledge_base.library import Library
from knowledge_base.search import Index
from tests.bench.load import texts

ARTICLES = 2_000
REPEATS = 10


@dataclass(frozen=True)
class Finding:
    """Milliseconds that 95 of 100 questions stay below, each by the median of its tries; and seconds to index."""

    p95_ms: float
    build_seconds: float


def finding() -> Finding:
    """Ask the texts of the bench of 2,000 articles, made of ours under other names."""
    began = time.perf_counter()
    index = Index(_many())
    built = time.perf_counter() - began
    times = sorted(median(_milliseconds(index, text) for _ in range(REPEATS)) for text in texts())
    return Finding(times[int(len(times) * 0.95)], built)


def _many() -> list[Article]:
    ours = list(Library.load().articles.values())
    copies = -(-ARTICLES // len(ours))
    many = [one.model_copy(update={"slug": f"{one.slug}-{copy}"}) for copy in range(copies) for one in ours]
    return many[:ARTICLES]


def _milliseconds(index: Index, question: str) -> float:
    began = time.perf_counter()
    index.ranked(question)
    return (time.perf_counter() - began) * 1000
