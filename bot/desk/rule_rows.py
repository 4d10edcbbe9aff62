"""A table of rules as a person reads it: one row for each dated rule, its place and its values in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

from bot.desk.words import LABELS
from social_security.facts import WrittenFact
from social_security.marked_yaml import KeyPath
from social_security.money import percent, rupiah
from social_security.tables import Rule, Table

_FRAME: Final = frozenset(Rule.model_fields)
_WORDS: Final[Mapping[str, str]] = LABELS["rule_words"]
_RUPIAH: Final = frozenset(LABELS["rule_amounts"])
_KEYS: Final = frozenset(LABELS["rule_keys"])


@dataclass(frozen=True)
class DatedRow:
    """One dated rule: where it stands, in words and by name, its frame, its values, whether it holds on the day."""

    place: str
    name: str
    rule: Rule
    values: tuple[tuple[str, str], ...]
    holds: bool


def rows_of(node: object, on: date, place: KeyPath = ()) -> Iterator[DatedRow]:
    """Every dated rule below a node of a table."""
    if isinstance(node, Rule):
        own = [name for name in type(node).model_fields if name not in _FRAME and getattr(node, name) is not None]
        values = tuple(pair for name in own for pair in _values(name, getattr(node, name)))
        words = " ".join(_word(part) for part in place if isinstance(part, str)).strip()
        yield DatedRow(words, ".".join(map(str, place)), node, values, node.is_valid(on))
    elif isinstance(node, Table):
        for name in type(node).model_fields:
            yield from rows_of(getattr(node, name), on, (*place, name))
    elif isinstance(node, Mapping):
        for key, child in node.items():
            yield from rows_of(child, on, (*place, str(key)))
    elif isinstance(node, tuple | list):
        for position, child in enumerate(node):
            yield from rows_of(child, on, (*place, position))


def value_label(path: KeyPath) -> str:
    """What a value is called by its path in the row."""
    last = "value" if path[-1] == "value" else None
    words = (f"{part + 1}." if isinstance(part, int) else _word(part) for part in path if part != last)
    called = " ".join(word for word in words if word)
    return called if "_" in called else f"{called[:1].upper()}{called[1:]}"


def is_key(path: KeyPath) -> bool:
    """Whether a value says which of several series of rows this one belongs to, such as the class."""
    return path[0] in _KEYS


def _values(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            if isinstance(child, Mapping):
                yield from _values(str(key), child)
            else:
                yield f"{_word(name)} {_word(str(key))}".strip(), _one(name, child)
    elif isinstance(value, tuple | list) and value and isinstance(value[0], Table):
        for number, child in enumerate(value, start=1):
            yield str(number), _row(child)
    else:
        yield _word(name), _one(name, value)


def _one(name: str, value: object) -> str:
    return _row(value) if isinstance(value, Table) else _shown(name, value)


def _row(table: Table) -> str:
    if isinstance(table, WrittenFact):
        return f"{_shown(table.unit, table.value)} {_word(f'unit_{table.unit}')}".strip()
    return ", ".join(f"{_word(name)} {_shown(name, getattr(table, name))}" for name in type(table).model_fields)


def _shown(name: str, value: object) -> str:
    if value is None or value in ((), frozenset()):
        return "–"
    if name in _RUPIAH and isinstance(value, int):
        return rupiah(value)
    if name.endswith("percent"):
        return percent(Decimal(str(value)) / 100)
    if isinstance(value, tuple | frozenset):
        return ", ".join(sorted(_shown(name, one) for one in value))
    return _word(str(value.value if isinstance(value, Enum) else value))


def _word(name: str) -> str:
    return _WORDS.get(name, name)
