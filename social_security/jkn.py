"""What participants of the health insurance (JKN) pay to BPJS Kesehatan."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Annotated

from pydantic import Field

from social_security.contributions import Contribution, Line, Payer, Share, require_rupiah
from social_security.errors import InvalidChoice
from social_security.months import require_month
from social_security.programmes import Programme, Segment
from social_security.tables import REGULATIONS, Rule, Rupiah, Table, load_table, pick_rule
from social_security.wages import WageCeiling, WageRate, wage_line


class CareClass(Rule):
    """The monthly contribution per person of a care class, of which the government bears a part."""

    care_class: Annotated[int, Field(ge=1, le=3)]
    amount: Rupiah
    government: Rupiah


class JknTables(Table):
    """All of ``jkn.yml``."""

    pbpu_classes: tuple[CareClass, ...]
    ppu_rates: tuple[WageRate, ...]
    ppu_ceilings: tuple[WageCeiling, ...]


@cache
def jkn_tables() -> JknTables:
    """The JKN tables, read once."""
    return load_table(REGULATIONS / "jkn.yml", JknTables)


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
    classes = [row for row in jkn_tables().pbpu_classes if row.care_class == care_class]
    if not classes:
        raise InvalidChoice("care_class", care_class, "1, 2 or 3")
    rule = pick_rule(classes, month, f"JKN class {care_class} contribution")
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
    )
    return Contribution(Segment.PBPU, month, (line,))


def jkn_ppu_contribution(wage: int, month: date) -> Contribution:
    """What is due for a worker with this monthly wage and the family it covers (Perpres 75/2019 art. 32).

    The wage counts up to the ceiling; the floor (the local minimum wage) is for the caller to check.
    Raises ``InvalidMonth``, ``InvalidAmount``, and ``NoRule`` for a month before the rule.
    """
    require_month(month)
    require_rupiah("wage", wage)
    rate = pick_rule(jkn_tables().ppu_rates, month, "JKN PPU rate")
    ceiling = pick_rule(jkn_tables().ppu_ceilings, month, "JKN PPU wage ceiling")
    return Contribution(Segment.PPU, month, (wage_line(Programme.JKN, "jkn_ppu", wage, rate, ceiling),))
