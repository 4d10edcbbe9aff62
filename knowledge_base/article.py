"""One article as an editor wrote it: front matter that is checked, and the words as Jinja templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from social_security.programmes import Programme, Scheme

FRONT_MATTER = re.compile(r"\A---\n(?P<front>.*?)\n---\n(?P<words>.*)\Z", re.DOTALL)
MORE = re.compile(r"^<!-- more -->\n", re.MULTILINE)


def _named(kind: type[Enum]) -> Callable[[object], object]:
    """Editors write a scheme or programme by its name, in capitals."""

    def read(name: object) -> object:
        if name is None or isinstance(name, kind):
            return name
        if name not in kind.__members__:
            raise ValueError(f"{name} is none of {', '.join(kind.__members__)}")
        return kind[str(name)]

    return read


Line = Annotated[str, Field(min_length=3, pattern=r"^\S(?:.*\S)?$")]


@dataclass(frozen=True)
class ArticleProblem:
    """One mistake in an article: the key it is about, and the line inside that key's text where that is known."""

    key: str
    message: str
    line: int | None = None


class ArticleError(ValueError):
    """An article cannot be used; the message names the file and the key, `problems` each of them."""

    def __init__(self, message: str, *problems: ArticleProblem) -> None:
        super().__init__(message)
        self.problems = problems or (ArticleProblem("article", message),)


class NextStep(BaseModel):
    """A button below an answer: an intent to follow or another article to read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, Field(min_length=2, max_length=24)]
    intent: str | None = None
    article: str | None = None

    @model_validator(mode="after")
    def _leads_to_one_place(self) -> NextStep:
        if (self.intent is None) == (self.article is None):
            raise ValueError("needs either intent or article")
        return self

    @property
    def choice_id(self) -> str:
        """Id of the button: `i:<intent>` or `k:<slug>`."""
        return f"i:{self.intent}" if self.intent else f"k:{self.article}"


class Article(BaseModel):
    """What is known about one question, its ways of being asked, and how long it may be said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    title: Annotated[Line, Field(max_length=70)]
    #: None when it concerns both schemes.
    scheme: Annotated[Scheme | None, BeforeValidator(_named(Scheme))]
    programme: Annotated[Programme | None, BeforeValidator(_named(Programme))] = None
    questions: Annotated[tuple[Line, ...], Field(min_length=6)]
    #: Template of the first answer; it stands alone.
    body: Annotated[str, Field(min_length=1)]
    #: Template of what follows on request.
    more: str | None = None
    #: Laws and pages behind the words; those behind the figures are added by the rules.
    sources: Annotated[tuple[Line, ...], Field(min_length=1)]
    valid_from: date
    valid_until: date | None = None
    reviewed_on: date
    next_steps: Annotated[tuple[NextStep, ...], Field(max_length=4)] = ()

    @model_validator(mode="after")
    def _dates_in_order(self) -> Article:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("valid_until is before valid_from")
        return self

    def in_force(self, on: date) -> bool:
        """Whether the words may be said on that date; its figures have validity of their own."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


def read_article(path: Path) -> Article:
    """The article in that file; its slug is the file's name. Raises `ArticleError` naming file and key."""
    return parse_article(path.read_text(encoding="utf-8"), path.stem)


def parse_article(text: str, slug: str) -> Article:
    """The article a file's text holds. Raises `ArticleError` naming file and key."""
    name = f"{slug}.md"
    match = FRONT_MATTER.match(text)
    if match is None:
        raise ArticleError(f"{name}: front matter between two lines of --- is missing")
    try:
        front: Any = yaml.safe_load(match["front"])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = ArticleProblem("article", f"not YAML: {error}", mark.line + 2 if mark else None)
        raise ArticleError(f"{name}: front matter is not YAML: {error}", problem) from error
    if not isinstance(front, dict):
        raise ArticleError(f"{name}: front matter needs keys and values")
    body, *more = MORE.split(match["words"], maxsplit=1)
    words = {"slug": slug, "body": body.strip(), "more": more[0].strip() if more else None}
    try:
        return Article.model_validate(front | words)
    except ValidationError as error:
        problems = tuple(_problems_of(error))
        told = "; ".join(f"{problem.key}: {problem.message}" for problem in problems)
        raise ArticleError(f"{name}: {told}", *problems) from error


def _problems_of(error: ValidationError) -> Iterator[ArticleProblem]:
    for problem in error.errors():
        key = ".".join(map(str, problem["loc"])) or "article"
        row = problem["loc"][1] if len(problem["loc"]) > 1 else None
        yield ArticleProblem(key, problem["msg"], row + 1 if isinstance(row, int) else None)
