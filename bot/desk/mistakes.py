"""What is wrong with a text, in the desk's words, at the field and line it stands in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.desk.article_form import lines_of
from bot.desk.words import problem
from knowledge_base.article import ArticleProblem

#: Fields with one entry a line; empty lines between do not count.
_LISTS: Final = frozenset({"questions", "sources", "next_steps"})


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong; `quote` is what is written on its line."""

    field: str
    line: int | None
    text: str
    quote: str = ""


def in_article(problems: Collection[ArticleProblem], fields: Mapping[str, str] = MappingProxyType({})) -> list[Mistake]:
    """Problems of an article, by its fields in the form."""
    return [_in_field(one, one.key.partition(".")[0], fields) for one in problems]


def in_regulation(problems: Collection[ArticleProblem], text: str) -> list[Mistake]:
    """Problems of a table of rules, by the lines of its text."""
    lines = text.splitlines()
    return [
        Mistake(one.key, one.line, problem("regulation_problems", one.message), _quoted(lines, one.line))
        for one in problems
    ]


def _in_field(one: ArticleProblem, field: str, fields: Mapping[str, str]) -> Mistake:
    written = fields.get(field, "")
    lines = lines_of(written) if field in _LISTS else written.splitlines()
    return Mistake(field, one.line, problem("article_problems", one.message), _quoted(lines, one.line))


def _quoted(lines: Sequence[str], line: int | None) -> str:
    return lines[line - 1].strip() if line and line <= len(lines) else ""
