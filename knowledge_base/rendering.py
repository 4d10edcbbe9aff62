"""Articles as they are said on one date, with every figure taken from the rules and every law named."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from traceback import extract_tb
from types import MappingProxyType
from typing import Any

import phonenumbers
from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from typing_extensions import override

from knowledge_base.article import Article, ArticleError, ArticleProblem
from knowledge_base.figures import Figures
from knowledge_base.language import written_date, written_month
from knowledge_base.template_language import forbidden_in
from social_security.money import rupiah
from social_security.programmes import Scheme

ARTICLE_SIGN = re.compile(r"\b(?:Ps\.|art\.)\s*")
TEMPLATES = Path(__file__).parent / "templates"


class Expired(LookupError):
    """An article, or a rule it rests on, is not valid on the date asked about; `problem` says where it fails."""

    def __init__(self, slug: str, why: str, part: str = "body", line: int | None = None) -> None:
        super().__init__(f"{slug}: {why}")
        self.problem = ArticleProblem(part, why, line)


@dataclass(frozen=True)
class Rendered:
    """What is said: plain text without markup, its sources in one line, and where to go from there."""

    slug: str
    title: str
    text: str
    more: str | None
    source_line: str
    #: Last day on which all of it holds; None when no end is known.
    valid_until: date | None
    #: Last day on which its words and rules hold as they are written; due dates that come every month do not end it.
    ends_on: date | None
    #: What is still open about its figures, by name in `confirmations.yml`.
    to_confirm: frozenset[str]
    scheme: Scheme | None
    #: Buttons: id and title.
    next_steps: tuple[tuple[str, str], ...]


class Sandbox(ImmutableSandboxedEnvironment):
    """What an article's template may do: call the figures it is given and write them down, no more."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def __init__(self) -> None:
        super().__init__(
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
        )
        self.globals.clear()
        self.filters = {
            "join": self.filters["join"],
            "rupiah": rupiah,
            "tanggal": written_date,
            "bulan": written_month,
            "telepon": written_phone,
        }

    @override
    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"{operator} is left to the rules")


class Renderer:
    """Renders articles; their templates are compiled once, when the library is loaded."""

    def __init__(self, articles: Mapping[str, Article], known: Collection[str]) -> None:
        self._known = known
        self._source_line = _sandbox().get_template("source_line.jinja")
        self._templates = MappingProxyType(
            {
                slug: (self._compile(article, "body"), self._compile(article, "more"))
                for slug, article in articles.items()
            }
        )

    def render(self, article: Article, on: date) -> Rendered:
        """The article with the figures of that date.

        Raises `Expired`, also when the rules that hold now no longer know a figure it names.
        """
        if not article.in_force(on):
            raise Expired(article.slug, f"is not valid on {on}")
        figures = Figures(on)
        body_template, more_template = self._templates[article.slug]
        text = _say(article.slug, "body", body_template, figures)
        more = _say(article.slug, "more", more_template, figures)
        valid_until = _first(article.valid_until, figures.valid_until)
        return Rendered(
            slug=article.slug,
            title=article.title,
            text=text,
            more=more or None,
            source_line=self._source_line.render(
                sources=each_once((*article.sources, *figures.laws)),
                valid_until=valid_until,
                reviewed_on=article.reviewed_on,
            ),
            valid_until=valid_until,
            ends_on=_first(article.valid_until, figures.rules_until),
            to_confirm=frozenset(figures.to_confirm),
            scheme=article.scheme,
            next_steps=tuple(
                (step.choice_id, step.title)
                for step in article.next_steps
                if step.article is None or step.article in self._known
            ),
        )

    def check(self, article: Article) -> None:
        """Try the article on the day it was reviewed. Raises `ArticleError` naming the file and what is wrong."""
        try:
            self.render(article, article.reviewed_on)
        except Expired as error:
            raise ArticleError(f"{article.slug}.md: body or more: {error}", error.problem) from error

    def _compile(self, article: Article, part: str) -> Template:
        source = getattr(article, part) or ""
        try:
            forbidden = forbidden_in(_sandbox().parse(source))
        except TemplateSyntaxError as error:
            forbidden = ((error.lineno, error.message or "not a template"),)
        if forbidden:
            problems = tuple(ArticleProblem(part, why, line) for line, why in forbidden)
            told = "; ".join(f"line {line}: {why}" for line, why in forbidden)
            raise ArticleError(f"{article.slug}.md: {part}: {told}", *problems)
        return _compiled(source)


@cache
def _sandbox() -> Sandbox:
    return Sandbox()


@lru_cache(maxsize=8192)
def _compiled(source: str) -> Template:
    return _sandbox().from_string(source)


def each_once(sources: Iterable[str]) -> list[str]:
    """Laws in one notation, each once, and none that another names more closely."""
    written = [ARTICLE_SIGN.sub("Ps. ", law.strip()) for source in sources for law in source.split(";")]
    return [law for law in dict.fromkeys(written) if not any(_is_closer(other, law) for other in written)]


def _is_closer(law: str, than: str) -> bool:
    return law != than and law.startswith(than) and not law[len(than)].isdigit()


def written_phone(number: str) -> str:
    """A mobile number as Indonesians write it: `0811-8165-165`."""
    parsed = phonenumbers.parse(number, "ID")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def _first(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _say(slug: str, part: str, template: Template, figures: Figures) -> str:
    try:
        return template.render(figures.for_templates()).strip()
    except (TemplateError, LookupError, TypeError, ValueError, RecursionError) as error:
        why = str(error.args[0]) if error.args else type(error).__name__
        raise Expired(slug, why, part, _line_of(error)) from error


def _line_of(error: BaseException) -> int | None:
    """The line of the template that failed; Jinja writes its frames into the traceback."""
    lines = [one.lineno for one in extract_tb(error.__traceback__) if one.filename == "<template>"]
    return lines[-1] if lines else None
