"""Ways of asking inside an article's text, taken out again without making the article useless."""

from __future__ import annotations

from collections.abc import Collection
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

import yaml

from knowledge_base.article import FRONT_MATTER
from knowledge_base.checking import LEAST_QUESTIONS

_KEY: Final = "questions:"
#: Made from the title, they stand in when too few are left.
_NEUTRAL: Final[list[str]] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))


def without_questions(text: str, unwanted: Collection[str]) -> str:
    """The article's text without those ways of asking; neutral ones keep it at the least number it needs.

    A text that is no article, or asks in none of these ways, stays as it is.
    """
    match = FRONT_MATTER.match(text)
    lines = match["front"].splitlines() if match else []
    if match is None or _KEY not in lines:
        return text
    start = lines.index(_KEY) + 1
    items = list(takewhile(lambda line: line.lstrip().startswith("- "), lines[start:]))
    kept = [item for item in items if _value(item) not in unwanted]
    if len(kept) == len(items):
        return text
    kept += _made_up(yaml.safe_load(match["front"])["title"], {_value(item).casefold() for item in kept})
    front = "\n".join([*lines[:start], *kept, *lines[start + len(items) :]])
    return f"---\n{front}\n---\n{match['words']}"


def _value(item: str) -> str:
    (value,) = yaml.safe_load(item.strip())
    return str(value)


def _made_up(title: str, asked: set[str]) -> list[str]:
    """As many neutral ways of asking as are missing."""
    possible = (neutral.format(title=title) for neutral in _NEUTRAL)
    new = [one for one in possible if one.casefold() not in asked]
    return [f"  - {_scalar(one)}" for one in new[: max(0, LEAST_QUESTIONS - len(asked))]]


def _scalar(value: Any) -> str:
    return yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=10_000).strip()[1:-1]
