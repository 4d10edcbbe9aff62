"""All articles: found by question, read for a date."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from knowledge_base.article import Article, ArticleError, ArticleProblem, read_article
from knowledge_base.rendering import Expired, Rendered, Renderer
from knowledge_base.search import Index
from social_security.programmes import Scheme

__all__ = ["ARTICLES", "Article", "ArticleError", "Expired", "Hit", "Library", "Rendered"]

ARTICLES = Path(__file__).parent / "articles"


@dataclass(frozen=True)
class Hit:
    """An article that may answer a question.

    The score says which part of what was asked the article speaks about: 1 all of it, 0 nothing; words nobody
    wrote an article about count against it, rare words more than common ones.
    """

    article: Article
    score: float


class Library:
    """The articles, indexed once. What has expired is neither found nor rendered."""

    def __init__(self, articles: Mapping[str, Article], *, known: Collection[str] | None = None) -> None:
        self.articles = MappingProxyType(dict(articles))
        #: Names a step may lead to.
        self.names = self.articles.keys() if known is None else known
        self._renderer = Renderer(self.articles, self.names)
        self._index = Index(tuple(self.articles.values()))

    @classmethod
    def load(cls, folder: Path = ARTICLES) -> Library:
        """Read and check every article below the folder. Raises `ArticleError` naming file and key."""
        articles: dict[str, Article] = {}
        for path in sorted(folder.rglob("*.md")):
            article = read_article(path)
            if article.slug in articles:
                raise ArticleError(f"{path.name}: slug: two articles are called {article.slug}")
            articles[article.slug] = article
        library = cls(articles)
        for article in articles.values():
            library.check(article)
        return library

    @classmethod
    def of_one(cls, article: Article, among: Library) -> Library:
        """A library to try one article in: it knows the names of the others but holds only this one."""
        return cls({article.slug: article}, known={*among.names, article.slug})

    def knowing(self, names: Collection[str]) -> Library:
        """This library with more names that steps may lead to, for articles that come together."""
        return Library(self.articles, known=frozenset(names))

    def with_articles(self, changed: Mapping[str, Article | None]) -> Library:
        """This library with other articles in place of its own; None takes one away.

        A step that leads to an article taken away is no longer offered. Raises `ArticleError`.
        """
        articles = {**self.articles, **changed}
        return Library({slug: article for slug, article in articles.items() if article is not None})

    def get(self, slug: str) -> Article:
        """The article of that name. Raises `KeyError`."""
        return self.articles[slug]

    def search(self, question: str, on: date, scheme: Scheme | None = None, limit: int = 5) -> list[Hit]:
        """The articles nearest to the question that may be said on that date, best first.

        With a scheme only its own articles and those that concern both are looked at.
        """
        hits: list[Hit] = []
        for article, score in self._index.ranked(question):
            if len(hits) == limit:
                break
            if scheme in (None, article.scheme) or article.scheme is None:
                hits += [Hit(article, score)] if self._servable(article, on) else []
        return hits

    def render(self, article: Article | str, on: date) -> Rendered:
        """The words of an article with the figures of that date.

        Raises `Expired` when the article or a rule it rests on is not valid then, `KeyError` for an
        unknown slug.
        """
        return self._renderer.render(self.get(article) if isinstance(article, str) else article, on)

    def check(self, article: Article) -> None:
        """Try an article of this library and its steps. Raises `ArticleError` naming the file and what is wrong."""
        for step in article.next_steps:
            if step.article is not None and step.article not in self.names:
                why = f"there is no article {step.article}"
                raise ArticleError(f"{article.slug}.md: next_steps: {why}", ArticleProblem("next_steps", why))
        self._renderer.check(article)

    def _servable(self, article: Article, on: date) -> bool:
        try:
            self.render(article, on)
        except Expired:
            return False
        return True
