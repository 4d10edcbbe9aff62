"""What wage earners (PU) and their employers pay to BPJS Ketenagakerjaan."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field
from typing_extensions import override

from social_security.contributions import Change, Contribution, Line, require_rupiah
from social_security.editions import regulation
from social_security.errors import InvalidChoice, NotYetPublished
from social_security.months import month_after, require_month
from social_security.programmes import Programme, Segment
from social_security.reliefs import Relief, Sector, ends_on, relief_for
from social_security.tables import Series, Table, find_rule, pick_rule
from social_security.wages import WageCeiling, WageRate, wage_line


class RiskGroupRate(WageRate):
    """The JKK rate of one risk group of work, 1 (very low) to 5 (very high)."""

    group: Annotated[int, Field(ge=1, le=5)]

    @property
    @override
    def series(self) -> object:
        return self.group


class PuTables(Table):
    """All of ``pu.yml``; ``jp_ceilings`` in the order of time."""

    jkk_risk_groups: Series[RiskGroupRate]
    rates: dict[Programme, Series[WageRate]]
    jp_ceilings: Series[WageCeiling]
    reliefs: Series[Relief]


def pu_tables() -> PuTables:
    """The PU tables, read once."""
    return regulation("pu.yml", PuTables)


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
    wage: int,
    month: date,
    *,
    risk_group: int,
    with_jht: bool = True,
    with_jp: bool = True,
    labour_intensive: bool = False,
) -> Contribution:
    """What is due for a worker with this monthly wage.

    PP 44/2015 Ps.16 and 18, PP 46/2015 Ps.16, PP 45/2015 Ps.28 and 29. Each line carries the employer's and
    the worker's share. JKP is financed without a bill of its own. ``labour_intensive`` says the firm had the
    relief of PP 7/2025 and PP 36/2025.
    Raises ``InvalidMonth``, ``InvalidAmount``, ``InvalidChoice`` for a risk group outside 1 to 5,
    ``NotYetPublished`` while the JP ceiling of the month is unknown, and ``NoRule`` before July 2015.
    """
    require_month(month)
    require_rupiah("wage", wage)
    optional = {Programme.JHT: with_jht, Programme.JP: with_jp}
    programmes = [Programme.JKK, Programme.JKM, *(programme for programme, is_in in optional.items() if is_in)]
    sectors = {Sector.ALL_EMPLOYERS, *([Sector.LABOUR_INTENSIVE] if labour_intensive else [])}
    reliefs = tuple(relief for relief in pu_tables().reliefs if relief.sector in sectors)
    lines = tuple(_line(programme, wage, month, risk_group, reliefs) for programme in programmes)
    is_capped = with_jp and wage > jp_ceiling(month).ceiling
    changes_on, change = _next_change(reliefs, month, is_capped=is_capped)
    return Contribution(Segment.PU, month, lines, changes_on, change)


def _line(programme: Programme, wage: int, month: date, risk_group: int, reliefs: tuple[Relief, ...]) -> Line:
    is_jkk = programme is Programme.JKK
    rate = _risk_group_rate(risk_group, month) if is_jkk else _rate(programme, month)
    ceiling = jp_ceiling(month) if programme is Programme.JP else None
    relief = relief_for(reliefs, programme, month)
    return wage_line(programme, f"pu_{programme.lower()}", wage, rate, ceiling, relief)


def _rate(programme: Programme, month: date) -> WageRate:
    return pick_rule(pu_tables().rates[programme], month, f"PU {programme} rate")


def _risk_group_rate(risk_group: int, month: date) -> RiskGroupRate:
    rates = [rate for rate in pu_tables().jkk_risk_groups if rate.group == risk_group]
    if not rates:
        raise InvalidChoice("risk_group", risk_group, "1 to 5")
    return pick_rule(rates, month, "PU JKK rate")


def _next_change(
    reliefs: tuple[Relief, ...], month: date, *, is_capped: bool
) -> tuple[date, Change] | tuple[None, None]:
    changes: list[tuple[date, Change]] = []
    last_day = jp_ceiling(month).valid_until if is_capped else None
    if last_day:
        changes.append((month_after(last_day), Change.CEILING_CHANGES))
    running = find_rule(reliefs, month)
    end = ends_on(running) if running else None
    if end:
        changes.append((end, Change.RELIEF_ENDS))
    changes += [(relief.valid_from, Change.RELIEF_BEGINS) for relief in reliefs if relief.valid_from > month]
    return min(changes, default=(None, None))
