"""What holds for every article before it may be approved: short, sourced, and no figure of its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from knowledge_base.article import Article, ArticleError, ArticleProblem, parse_article
from knowledge_base.library import Library
from knowledge_base.rendering import Expired, Rendered
from knowledge_base.template_language import LONGEST_SOURCE
from social_security.confirmations import confirmation

SHORTEST_ANSWER: Final = 80
LONGEST_ANSWER: Final = 600
LONGEST_MORE: Final = 3_000
LEAST_QUESTIONS: Final = 6
LONGEST_TEXT: Final = 40_000
_EXPRESSION: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
#: Care classes are names, and a family of so many is an example.
_CARE_CLASS: Final = re.compile(r"\bjkn\([123](?:, people=\d)?\)")
_QUOTED: Final = re.compile(r"'[a-z0-9_]*'")
_MARKUP: Final = re.compile(r"[*_#<>`]")


def check_article(text: str, slug: str, library: Library, on: date, intents: Collection[str]) -> Article:
    """The article of a text, checked as if it stood in the library. Raises `ArticleError` with every problem's place.

    `intents` are those a next step may lead to; `on` is the day it would be said.
    """
    if len(text) > LONGEST_TEXT:
        raise ArticleError(f"{slug}.md: longer than {LONGEST_TEXT} characters")
    article = parse_article(text, slug)
    library = Library.of_one(article, library)
    library.check(article)
    problems = (*figures_in(article), *_form(article, intents), *_said(article, library, on))
    if problems:
        raise ArticleError("; ".join(f"{slug}.md: {one.key}: {one.message}" for one in problems), *problems)
    return article


def figures_in(article: Article) -> Iterator[ArticleProblem]:
    """Figures that were typed; each belongs to the rules."""
    if re.search(r"\d", article.title):
        yield ArticleProblem("title", "a figure stands in the title; take it from the rules")
    for part in ("body", "more"):
        words = _EXPRESSION.sub(_without_names, getattr(article, part) or "")
        for number, line in enumerate(words.splitlines(), start=1):
            if found := re.search(r"\d+", line):
                yield ArticleProblem(part, f"the figure {found.group()} must be taken from the rules", number)


def _without_names(expression: re.Match[str]) -> str:
    """What stands in an expression as a figure of its own, its line breaks kept."""
    computed = _QUOTED.sub("", _CARE_CLASS.sub("", expression.group()))
    return "".join(letter for letter in computed if letter.isdigit() or letter == "\n")


def _form(article: Article, intents: Collection[str]) -> Iterator[ArticleProblem]:
    if len({question.casefold() for question in article.questions}) < LEAST_QUESTIONS:
        yield ArticleProblem("questions", f"needs at least {LEAST_QUESTIONS} different ways of asking")
    if not article.next_steps:
        yield ArticleProblem("next_steps", "needs at least one step to go on")
    for row, step in enumerate(article.next_steps, start=1):
        if step.intent is not None and step.intent not in intents:
            yield ArticleProblem("next_steps", f"there is no intent {step.intent}", row)
    for part in ("body", "more"):
        if len(getattr(article, part) or "") > LONGEST_SOURCE:
            yield ArticleProblem(part, f"longer than {LONGEST_SOURCE} characters")


def _said(article: Article, library: Library, on: date) -> Iterator[ArticleProblem]:
    day = min(max(on, article.valid_from), article.valid_until or date.max)
    try:
        said = library.render(article, day)
    except Expired as expired:
        yield expired.problem
        return
    if not SHORTEST_ANSWER <= len(said.text) <= LONGEST_ANSWER:
        yield ArticleProblem("body", f"is {len(said.text)} characters long, not {SHORTEST_ANSWER} to {LONGEST_ANSWER}")
    for part, words, longest in (("body", said.text, LONGEST_ANSWER), ("more", said.more or "", LONGEST_MORE)):
        if found := _MARKUP.search(words):
            yield ArticleProblem(part, f"the sign {found.group()} is not for plain text")
        if part == "more" and len(words) > longest:
            yield ArticleProblem(part, f"is longer than {longest} characters")
    yield from _unconfirmed(said, day)


def _unconfirmed(said: Rendered, day: date) -> Iterator[ArticleProblem]:
    """Figures with an open point whose first answer does not name the call centre that can settle it."""
    for key in sorted(said.to_confirm):
        point = confirmation(key, day)
        if not re.search(rf"(?<![\d-]){point.phone}\b", said.text):
            yield ArticleProblem("body", f"a figure is still open, so say what to confirm at {point.phone} ({key})")
