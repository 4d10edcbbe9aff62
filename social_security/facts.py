"""Named, dated figures for articles and answers, each with its article of law, source and confidence.

Some are written down as facts, the others are read out of the contribution and due-date tables, so that a figure
stands in one place only.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import Self

from pydantic import ValidationInfo, field_validator, model_validator

from social_security.editions import Edition, current_edition, regulation
from social_security.errors import InvalidChoice, RegulationError, RegulationProblem
from social_security.fact import Fact, FactValue, Unit
from social_security.facts_in_tables import facts_in_tables
from social_security.tables import Misplaced, Rule, Table, find_rule, pick_rule

FACT_FILES = ("facts_bpjstk.yml", "facts_jkn.yml", "facts_history.yml")


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

    @model_validator(mode="after")
    def _one_value_a_day(self) -> Self:
        ends: dict[str, date | None] = {}
        ordered = sorted(enumerate(self.groups), key=lambda numbered: numbered[1].valid_from)
        for index, group in ordered:
            for key in group.facts:
                end = ends.get(key, date.min)
                if end is None or group.valid_from <= end:
                    raise Misplaced(("groups", index, "facts", key), "has another value on the same day")
                ends[key] = group.valid_until
        return self


def dated_facts() -> tuple[Fact, ...]:
    """Every fact of every period; raises ``RegulationError`` when two of one name overlap in time."""
    return _facts_of(current_edition())


@lru_cache(maxsize=8)
def _facts_of(_edition: Edition) -> tuple[Fact, ...]:
    written = tuple(fact for name in FACT_FILES for fact in _written_in(name))
    facts = tuple(sorted((*written, *facts_in_tables()), key=lambda one: (one.key, one.valid_from)))
    for earlier, later in pairwise(facts):
        if earlier.key == later.key and earlier.is_valid(later.valid_from):
            problem = f"two values on {later.valid_from.isoformat()}"
            raise RegulationError(RegulationProblem("facts and tables", None, earlier.key, problem))
    return facts


@lru_cache(maxsize=8)
def _series_of(_edition: Edition) -> Mapping[str, tuple[Fact, ...]]:
    return {key: tuple(series) for key, series in groupby(dated_facts(), key=lambda one: one.key)}


def fact_series(key: str) -> tuple[Fact, ...]:
    """All values of a fact in the order of time. Raises ``InvalidChoice`` for a name nobody knows."""
    series = _series_of(current_edition()).get(key)
    if series is None:
        raise InvalidChoice("fact", key, "a name of the facts")
    return series


def fact(key: str, on: date) -> Fact:
    """The fact of that name valid on a day. Raises ``NoRule`` when there is none, or no such name."""
    return pick_rule(_series_of(current_edition()).get(key, ()), on, key)


def find_fact(key: str, on: date) -> Fact | None:
    """The fact of that name valid on a day, if there is one."""
    return find_rule(_series_of(current_edition()).get(key, ()), on)


def all_facts(on: date) -> Mapping[str, Fact]:
    """All facts valid on a day, by name."""
    return MappingProxyType({one.key: one for one in dated_facts() if one.is_valid(on)})


def _written_in(name: str) -> tuple[Fact, ...]:
    tables = regulation(name, FactTables)
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
            confirm=group.confirm,
        )
        for group in tables.groups
        for key, written in group.facts.items()
    )
