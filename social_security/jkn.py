"""What participants of the health insurance (JKN) pay to BPJS Kesehatan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator
from typing_extensions import override

from social_security.contributions import Contribution, Line, Payer, Share, require_rupiah
from social_security.editions import regulation
from social_security.errors import InvalidChoice
from social_security.months import require_month
from social_security.programmes import Programme, Segment
from social_security.tables import Misplaced, Rule, Rupiah, Series, Table, confirmations_of, pick_rule
from social_security.wages import WageCeiling, WageRate, wage_line


class CareClass(Rule):
    """The monthly contribution per person of a care class, of which the government bears a part."""

    care_class: Annotated[int, Field(ge=1, le=3)]
    amount: Rupiah
    government: Rupiah

    @model_validator(mode="after")
    def _leaves_something_to_pay(self) -> Self:
        if self.government >= self.amount:
            raise Misplaced(("government",), "is not less than the amount")
        return self

    @property
    def for_participant(self) -> int:
        """What the participant pays."""
        return self.amount - self.government

    @property
    @override
    def series(self) -> object:
        return self.care_class


class JknTables(Table):
    """All of ``jkn.yml``."""

    pbpu_classes: Series[CareClass]
    ppu_rates: Series[WageRate]
    ppu_ceilings: Series[WageCeiling]
    ppu_extra_family: Series[WageRate]


def jkn_tables() -> JknTables:
    """The JKN tables, read once."""
    return regulation("jkn.yml", JknTables)


def pbpu_class_rules(care_class: int) -> tuple[CareClass, ...]:
    """The contributions of a care class in the order of time. Raises ``InvalidChoice`` outside 1 to 3."""
    rules = tuple(row for row in jkn_tables().pbpu_classes if row.care_class == care_class)
    if not rules:
        raise InvalidChoice("care_class", care_class, "1, 2 or 3")
    return rules


def jkn_pbpu_contribution(care_class: int, people: int, month: date) -> Contribution:
    """What a family that pays for itself is billed (Perpres 64/2020 art. 34).

    ``amount_before`` is the full contribution, ``relief`` the government's part (class III), and the
    total what the family pays. Everyone on the family card counts in ``people``.
    Raises ``InvalidMonth``, ``InvalidChoice`` for a class outside 1 to 3 or fewer than one person, and
    ``NoRule`` for a month before the rule.
    """
    require_month(month)
    if type(people) is not int or people < 1:
        raise InvalidChoice("people", people, "one or more")
    rule = pick_rule(pbpu_class_rules(care_class), month, f"JKN class {care_class} contribution")
    relief = rule.government * people
    line = Line(
        programme=Programme.JKN,
        label="jkn_pbpu",
        base=None,
        rate=None,
        flat=rule.amount,
        count=people,
        amount_before=rule.amount * people,
        relief=relief,
        shares=(Share(Payer.PARTICIPANT, None, rule.amount * people - relief),),
        articles=(rule.article,),
        confidence=rule.confidence,
        confirmations=confirmations_of([rule]),
    )
    return Contribution(Segment.PBPU, month, (line,))


def jkn_ppu_contribution(
    wage: int, month: date, *, minimum_wage: int | None = None, extra_family: int = 0
) -> Contribution:
    """What is due for a worker with this monthly wage and the family it covers (Perpres 75/2019 art. 32).

    The wage counts up to the ceiling, and at least as ``minimum_wage`` (that of the city or regency) where the
    caller knows it. ``extra_family`` counts relatives beyond the covered family, each at a rate of its own.
    Raises ``InvalidMonth``, ``InvalidAmount``, ``InvalidChoice`` for fewer than no relatives, and ``NoRule`` for a
    month before the rule.
    """
    require_month(month)
    counted = max(require_rupiah("wage", wage), require_rupiah("minimum_wage", minimum_wage or 0))
    if type(extra_family) is not int or extra_family < 0:
        raise InvalidChoice("extra_family", extra_family, "zero or more")
    tables = jkn_tables()
    rate = pick_rule(tables.ppu_rates, month, "JKN PPU rate")
    ceiling = pick_rule(tables.ppu_ceilings, month, "JKN PPU wage ceiling")
    lines = [wage_line(Programme.JKN, "jkn_ppu", counted, rate, ceiling)]
    if extra_family:
        extra = pick_rule(tables.ppu_extra_family, month, "JKN extra family rate")
        lines.append(_times(wage_line(Programme.JKN, "jkn_ppu_extra_family", counted, extra, ceiling), extra_family))
    return Contribution(Segment.PPU, month, tuple(lines))


def _times(line: Line, count: int) -> Line:
    shares = tuple(replace(part, amount=part.amount * count) for part in line.shares)
    return replace(line, count=count, amount_before=line.amount_before * count, shares=shares)
