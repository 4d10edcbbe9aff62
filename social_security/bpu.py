"""What people who work for themselves (BPU) pay to BPJS Ketenagakerjaan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from social_security.contributions import Change, Contribution, Line, Payer, Share, require_rupiah
from social_security.editions import regulation
from social_security.money import share
from social_security.months import require_month
from social_security.programmes import Programme, Segment
from social_security.reliefs import Relief, Sector, ends_on, relief_for
from social_security.tables import (
    Percent,
    Rule,
    Rupiah,
    Series,
    Table,
    articles_of,
    confirmations_of,
    find_rule,
    pick_rule,
    require_rising,
    weakest,
)


class Bracket(Table):
    """From this monthly income on, contributions are computed on ``base``."""

    income_from: Rupiah
    base: Rupiah


class Brackets(Rule):
    """All brackets of one period, lowest first."""

    rows: Annotated[tuple[Bracket, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _rise_from_zero(self) -> Self:
        require_rising("income_from", [row.income_from for row in self.rows], from_zero=True)
        require_rising("base", [row.base for row in self.rows], from_zero=False)
        return self

    def base_of(self, income: int) -> int:
        """The base of the bracket an income falls in."""
        return max(row.base for row in self.rows if row.income_from <= income)


class BpuRate(Rule):
    """A percentage of the base, or a flat amount a month."""

    percent: Percent | None = None
    flat: Rupiah | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.percent is None) == (self.flat is None):
            raise ValueError("give either percent or flat")
        return self

    @property
    def fraction(self) -> Decimal | None:
        """The percentage as a fraction."""
        return None if self.percent is None else self.percent / 100


class BpuTables(Table):
    """All of ``bpu.yml``."""

    brackets: Series[Brackets]
    rates: dict[Programme, Series[BpuRate]]
    reliefs: Series[Relief]


def bpu_tables() -> BpuTables:
    """The BPU tables, read once."""
    return regulation("bpu.yml", BpuTables)


def bpu_base(income: int, month: date) -> int:
    """The income base (whole rupiah) of the bracket a monthly income falls in (PP 44/2015 Lampiran II)."""
    return _brackets(month).base_of(require_rupiah("income", income))


def bpu_contribution(
    income: int, month: date, *, with_jht: bool, transport: bool, sponsored: bool = False
) -> Contribution:
    """What a BPU with this monthly income pays for a month (PP 44/2015 Lampiran II, PP 46/2015, PP 50/2025).

    ``transport`` says the participant is a driver or courier, whose relief runs longer. ``sponsored``
    says the contribution is paid out of APBN or APBD, which has no relief. An income under the lowest
    base counts as the lowest bracket.
    Raises ``InvalidMonth``, ``InvalidAmount``, and ``NoRule`` before July 2015.
    """
    require_month(month)
    base = bpu_base(income, month)
    reliefs = () if sponsored else _reliefs_of(transport=transport)
    programmes = (Programme.JKK, Programme.JKM, *((Programme.JHT,) if with_jht else ()))
    lines = tuple(_line(programme, base, month, relief_for(reliefs, programme, month)) for programme in programmes)
    changes_on, change = _next_change(reliefs, month)
    return Contribution(Segment.BPU, month, lines, changes_on, change)


def _brackets(month: date) -> Brackets:
    return pick_rule(bpu_tables().brackets, month, "BPU brackets")


def _reliefs_of(*, transport: bool) -> tuple[Relief, ...]:
    sector = Sector.TRANSPORT if transport else Sector.OTHER
    return tuple(relief for relief in bpu_tables().reliefs if relief.sector == sector)


def _line(programme: Programme, base: int, month: date, discount: Relief | None) -> Line:
    rate = pick_rule(bpu_tables().rates[programme], month, f"BPU {programme} rate")
    fraction = rate.fraction
    before = share(base, fraction) if fraction is not None else rate.flat or 0
    off = discount.off(before) if discount else 0
    rules: list[Rule] = [rate]
    if fraction is not None:
        rules.insert(0, _brackets(month))
    if discount:
        rules.append(discount)
    return Line(
        programme=programme,
        label=f"bpu_{programme.lower()}",
        base=base if fraction is not None else None,
        rate=fraction,
        flat=rate.flat,
        amount_before=before,
        relief=off,
        shares=(Share(Payer.PARTICIPANT, fraction, before - off),),
        articles=articles_of(rules),
        confidence=weakest(rule.confidence for rule in rules),
        confirmations=confirmations_of(rules),
    )


def _next_change(reliefs: tuple[Relief, ...], month: date) -> tuple[date | None, Change | None]:
    running = find_rule(reliefs, month)
    if running is not None and running.valid_until is not None:
        return ends_on(running), Change.RELIEF_ENDS
    coming = [relief.valid_from for relief in reliefs if relief.valid_from > month]
    return (min(coming), Change.RELIEF_BEGINS) if running is None and coming else (None, None)
