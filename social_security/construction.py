"""What contractors pay to BPJS Ketenagakerjaan for the workers of a construction project."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from social_security.contributions import Contribution, Line, Payer, Share, require_rupiah
from social_security.editions import regulation
from social_security.money import share
from social_security.months import month_of, require_month
from social_security.programmes import Programme, Segment
from social_security.tables import (
    Percent,
    Rule,
    Rupiah,
    Series,
    Table,
    confirmations_of,
    pick_rule,
    require_rising,
)
from social_security.wages import WageRate, wage_line


class ContractBracket(Table):
    """The percentages of the part of a contract value from ``value_from`` up to the next bracket."""

    value_from: Rupiah
    jkk_percent: Percent
    jkm_percent: Percent

    def rate(self, programme: Programme) -> Decimal:
        """The percentage of a programme as a fraction."""
        return (self.jkk_percent if programme is Programme.JKK else self.jkm_percent) / 100


class ContractBrackets(Rule):
    """All brackets of one period, lowest first."""

    rows: Annotated[tuple[ContractBracket, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _rise_from_zero(self) -> Self:
        require_rising("value_from", [row.value_from for row in self.rows], from_zero=True)
        return self

    def parts_of(self, value: int) -> Iterator[tuple[ContractBracket, int]]:
        """Each bracket a value reaches, with the part of the value inside it."""
        for row, following in pairwise((*self.rows, None)):
            top = value if following is None else min(value, following.value_from)
            if row is not None and (top > row.value_from or row.value_from == 0):
                yield row, top - row.value_from


class ConstructionTables(Table):
    """All of ``construction.yml``."""

    wage_rates: dict[Programme, Series[WageRate]]
    contract_brackets: Series[ContractBrackets]


def construction_tables() -> ConstructionTables:
    """The construction tables, read once."""
    return regulation("construction.yml", ConstructionTables)


def construction_by_wages(monthly_wages: int, month: date) -> Contribution:
    """What is due for a month when the wages of the project's workers are known (Permenaker 5/2021 Ps.71).

    ``monthly_wages`` are those of all workers together.
    Raises ``InvalidMonth``, ``InvalidAmount``, and ``NoRule`` for a month before the rule.
    """
    require_month(month)
    require_rupiah("monthly_wages", monthly_wages)
    lines = tuple(
        wage_line(programme, f"construction_{programme.lower()}", monthly_wages, rate, None)
        for programme, rates in construction_tables().wage_rates.items()
        for rate in [pick_rule(rates, month, f"construction {programme} rate")]
    )
    return Contribution(Segment.KONSTRUKSI, month, lines)


def construction_by_contract(value: int, on: date) -> Contribution:
    """What is due once for a project by its contract value without PPN (Permenaker 5/2021 Bab IV).

    One line for each programme and bracket: a percentage holds only for the part of the value inside its bracket.
    ``month`` of the result is the month of ``on``. Raises ``InvalidAmount``, and ``NoRule`` before the rule.
    """
    require_rupiah("value", value)
    brackets = pick_rule(construction_tables().contract_brackets, on, "construction brackets")
    lines = tuple(
        _line(programme, part, row.rate(programme), brackets)
        for programme in (Programme.JKK, Programme.JKM)
        for row, part in brackets.parts_of(value)
    )
    return Contribution(Segment.KONSTRUKSI, month_of(on), lines)


def _line(programme: Programme, part: int, rate: Decimal, rule: Rule) -> Line:
    amount = share(part, rate)
    return Line(
        programme=programme,
        label=f"construction_{programme.lower()}",
        base=part,
        rate=rate,
        flat=None,
        amount_before=amount,
        relief=0,
        shares=(Share(Payer.EMPLOYER, rate, amount),),
        articles=(rule.article,),
        confidence=rule.confidence,
        confirmations=confirmations_of([rule]),
    )
