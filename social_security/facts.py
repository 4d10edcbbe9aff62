"""Named, dated figures for articles and answers, each with its article of law, source and confidence.

Some are written down as facts, the others are read out of the contribution and due-date tables, so that a figure
stands in one place only.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Self

from pydantic import ValidationInfo, field_validator, model_validator

from social_security.errors import NoRule, RegulationError
from social_security.fact import Fact, FactValue, Unit
from social_security.facts_in_tables import facts_in_tables
from social_security.tables import REGULATIONS, Rule, Table, load_table

_FILES = ("facts_bpjstk.yml", "facts_jkn.yml")


class WrittenFact(Table):
    """A figure and what it counts; its value has the type of its unit."""

    unit: Unit
    value: FactValue

    @field_validator("value", mode="before")
    @classmethod
    def _percent_is_exact(cls, value: object, written: ValidationInfo) -> object:
        is_percent = written.data.get("unit") is Unit.PERCENT and isinstance(value, int | str)
        return Decimal(str(value)) if is_percent else value

    @model_validator(mode="after")
    def _value_fits_unit(self) -> Self:
        if type(self.value) is not self.unit.value_type:
            raise ValueError(f"{self.unit} needs {self.unit.value_type.__name__}")
        return self


class FactGroup(Rule):
    """Facts of one article and one period."""

    facts: dict[str, WrittenFact]


class FactTables(Table):
    """All of one facts file."""

    groups: tuple[FactGroup, ...]


@cache
def dated_facts() -> tuple[Fact, ...]:
    """Every fact of every period; raises ``RegulationError`` when two of one name overlap in time."""
    written = tuple(fact for name in _FILES for fact in _written_in(name))
    facts = tuple(sorted((*written, *facts_in_tables()), key=lambda one: (one.key, one.valid_from)))
    for earlier, later in pairwise(facts):
        if earlier.key == later.key and earlier.is_valid(later.valid_from):
            raise RegulationError(f"{earlier.key}: two values on {later.valid_from.isoformat()}")
    return facts


def fact(key: str, on: date) -> Fact:
    """The fact of that name valid on a day. Raises ``NoRule`` when there is none, or no such name."""
    found = next((one for one in dated_facts() if one.key == key and one.is_valid(on)), None)
    if found is None:
        raise NoRule(key, on)
    return found


def all_facts(on: date) -> Mapping[str, Fact]:
    """All facts valid on a day, by name."""
    return MappingProxyType({one.key: one for one in dated_facts() if one.is_valid(on)})


def _written_in(name: str) -> tuple[Fact, ...]:
    tables = load_table(REGULATIONS / name, FactTables)
    return tuple(
        Fact(
            key=key,
            value=written.value,
            unit=written.unit,
            article=group.article,
            source=group.source,
            confidence=group.confidence,
            valid_from=group.valid_from,
            valid_until=group.valid_until,
        )
        for group in tables.groups
        for key, written in group.facts.items()
    )
