"""What wage earners (PU) and their employers pay to BPJS Ketenagakerjaan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Annotated

from pydantic import Field

from social_security.contributions import Change, Contribution, Line, require_rupiah
from social_security.errors import InvalidChoice, NotYetPublished
from social_security.months import add_months, month_of, require_month
from social_security.programmes import Programme, Segment
from social_security.tables import REGULATIONS, Table, load_table, pick_rule
from social_security.wages import WageCeiling, WageRate, wage_line


class RiskGroupRate(WageRate):
    """The JKK rate of one risk group of work, 1 (very low) to 5 (very high)."""

    group: Annotated[int, Field(ge=1, le=5)]


class PuTables(Table):
    """All of ``pu.yml``; ``jp_ceilings`` in the order of time."""

    jkk_risk_groups: tuple[RiskGroupRate, ...]
    rates: dict[Programme, tuple[WageRate, ...]]
    jp_ceilings: Annotated[tuple[WageCeiling, ...], Field(min_length=1)]


@cache
def pu_tables() -> PuTables:
    """The PU tables, read once."""
    return load_table(REGULATIONS / "pu.yml", PuTables)


def jp_ceiling(month: date) -> WageCeiling:
    """The JP wage ceiling of a month (PP 45/2015 Ps.29); January and February use the year before's.

    Raises ``NotYetPublished`` for months after the newest letter, ``NoRule`` where the fact base has a hole.
    """
    ceilings = pu_tables().jp_ceilings
    newest = ceilings[-1].valid_until
    if newest is not None and month > newest:
        raise NotYetPublished("JP wage ceiling", month, newest)
    return pick_rule(ceilings, month, "JP wage ceiling")


def pu_contribution(
    wage: int, month: date, *, risk_group: int, with_jht: bool = True, with_jp: bool = True
) -> Contribution:
    """What is due for a worker with this monthly wage.

    PP 44/2015 Ps.16 and 18, PP 46/2015 Ps.16, PP 45/2015 Ps.28 and 29. Each line carries the employer's and
    the worker's share. JKP is financed without a bill of its own.
    Raises ``InvalidMonth``, ``InvalidAmount``, ``InvalidChoice`` for a risk group outside 1 to 5,
    ``NotYetPublished`` while the JP ceiling of the month is unknown, and ``NoRule`` before July 2015.
    """
    require_month(month)
    require_rupiah("wage", wage)
    lines = tuple(_lines(wage, month, risk_group, with_jht=with_jht, with_jp=with_jp))
    is_capped = with_jp and wage > jp_ceiling(month).ceiling
    if not is_capped:
        return Contribution(Segment.PU, month, lines)
    return Contribution(Segment.PU, month, lines, _next_ceiling_on(month), Change.CEILING_CHANGES)


def _lines(wage: int, month: date, risk_group: int, *, with_jht: bool, with_jp: bool) -> Iterator[Line]:
    yield wage_line(Programme.JKK, "pu_jkk", wage, _risk_group_rate(risk_group, month), None)
    yield wage_line(Programme.JKM, "pu_jkm", wage, _rate(Programme.JKM, month), None)
    if with_jht:
        yield wage_line(Programme.JHT, "pu_jht", wage, _rate(Programme.JHT, month), None)
    if with_jp:
        yield wage_line(Programme.JP, "pu_jp", wage, _rate(Programme.JP, month), jp_ceiling(month))


def _rate(programme: Programme, month: date) -> WageRate:
    return pick_rule(pu_tables().rates[programme], month, f"PU {programme} rate")


def _risk_group_rate(risk_group: int, month: date) -> RiskGroupRate:
    rates = [rate for rate in pu_tables().jkk_risk_groups if rate.group == risk_group]
    if not rates:
        raise InvalidChoice("risk_group", risk_group, "1 to 5")
    return pick_rule(rates, month, "PU JKK rate")


def _next_ceiling_on(month: date) -> date | None:
    last_day = jp_ceiling(month).valid_until
    return add_months(month_of(last_day), 1) if last_day else None
