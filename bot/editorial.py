"""What desk and command line do with both kinds of text: find them, check them, see what they would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.catalogue import catalogue
from knowledge_base.article import ArticleError, ArticleProblem, parse_article
from knowledge_base.checking import check_article
from knowledge_base.library import ARTICLES, Library
from knowledge_base.rendering import Expired, Rendered
from social_security.editions import REGULATIONS, edition_with, using
from social_security.errors import RegulationError
from social_security.regulation_files import MODELS, check_regulations
from storage.models import TextKind
from storage.revisions import newest_revision

LONGEST_REGULATION = 200_000


class TextRefused(ValueError):
    """A text may not become a revision; each problem says where and why."""

    def __init__(self, problems: Sequence[ArticleProblem]) -> None:
        super().__init__("; ".join(f"{one.key} {one.line or ''}: {one.message}" for one in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Begun:
    """What an edit begins from: a text, its title, and the number of its revision, 0 for the repository's."""

    text: str
    number: int
    title: str


@dataclass(frozen=True)
class ChangedAnswer:
    """What an article says on a day under the rules that hold, and under those proposed; None says nothing."""

    slug: str
    title: str
    on: date
    before: str | None
    after: str | None


def intents() -> frozenset[str]:
    """What a next step may lead to."""
    return frozenset(catalogue().routes)


@cache
def repository_texts(kind: TextKind) -> Mapping[str, str]:
    """The repository's files by name."""
    if kind == TextKind.REGULATION:
        return {name: (REGULATIONS / name).read_text(encoding="utf-8") for name in MODELS}
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(ARTICLES.rglob("*.md"))}


async def begin(session: AsyncSession, kind: TextKind, name: str) -> Begun | None:
    """The newest text of that name, decided or not; None when there is none."""
    newest = await newest_revision(session, kind, name)
    return Begun(newest.text, newest.number, newest.title) if newest else repository_text(kind, name)


def repository_text(kind: TextKind, name: str) -> Begun | None:
    """The repository's text of that name; None when there is none."""
    text = repository_texts(kind).get(name)
    if text is None:
        return None
    return Begun(text, 0, parse_article(text, name).title if kind == TextKind.ARTICLE else name)


def check_text(kind: TextKind, name: str, text: str, library: Library, on: date) -> str:
    """The title of a text that may be saved. Raises `TextRefused`."""
    if kind == TextKind.ARTICLE:
        try:
            return check_article(text, name, library, on, intents()).title
        except ArticleError as error:
            raise TextRefused(error.problems) from error
    if len(text) > LONGEST_REGULATION:
        raise TextRefused([ArticleProblem("text", f"is longer than {LONGEST_REGULATION} characters")])
    try:
        check_regulations({name: text})
    except RegulationError as error:
        raise TextRefused(
            [ArticleProblem(f"{one.file} {one.key}".strip(), one.message, one.line) for one in error.problems]
        ) from error
    except ValueError as error:
        raise TextRefused([ArticleProblem("text", str(error))]) from error
    return name


def changed_answers(library: Library, name: str, text: str, days: Sequence[date]) -> list[ChangedAnswer]:
    """Every article that says something else on one of those days when this regulation text holds."""
    edition = edition_with({name: text})
    found: list[ChangedAnswer] = []
    for on in days:
        for slug, article in library.articles.items():
            before = _said(library, slug, on)
            with using(edition):
                after = _said(library, slug, on)
            if before != after:
                found.append(ChangedAnswer(slug, article.title, on, before, after))
    return found


def _said(library: Library, slug: str, on: date) -> str | None:
    try:
        return _whole(library.render(slug, on))
    except (Expired, LookupError, ValueError):
        return None


def _whole(said: Rendered) -> str:
    return "\n\n".join(part for part in (said.text, said.more, said.source_line) if part)
