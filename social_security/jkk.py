"""What JKK, the insurance against work accidents, pays besides treatment. Treatment has no limit in money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from social_security.calculation import Calculation, Item, computed, require_count
from social_security.contributions import require_rupiah
from social_security.errors import InvalidChoice
from social_security.facts import fact
from social_security.months import birthday

_HUNDRED = Decimal(100)
_TRANSPORT = ("land", "sea", "air")


def jkk_death(wage: int, on: date) -> Calculation:
    """What the heirs get after a fatal work accident (PP 44/2015 jo. PP 82/2019).

    For a BPU the wage is the income base that was registered. Whether the periodic money adds to the lump sum is in
    conflict, so ``certain_total`` leaves it out. Raises ``InvalidAmount``, and ``NoRule`` before December 2019.
    """
    require_rupiah("wage", wage)
    items = (
        _times_wage("jkk_death_wages", wage, on),
        _amount("jkk_death_periodic", on),
        _amount("jkk_death_funeral", on),
    )
    return Calculation("jkk_death", on, items)


def jkk_total_disability(wage: int, on: date) -> Calculation:
    """What a total permanent disability by a work accident pays (PP 44/2015 jo. PP 82/2019).

    Raises as ``jkk_death``.
    """
    require_rupiah("wage", wage)
    items = (_times_wage("jkk_total_disability_wages", wage, on), _amount("jkk_total_disability_periodic", on))
    return Calculation("jkk_total_disability", on, items)


def jkk_partial_disability(
    wage: int, on: date, *, table_percent: Decimal, loss_percent: Decimal | None = None
) -> Calculation:
    """What the loss of a part of the body pays: the table's percentage of 80 wages (PP 44/2015 jo. PP 82/2019).

    ``loss_percent`` is how much of the part's function is lost; None for the whole part. A doctor names both.
    Raises ``InvalidAmount``, ``InvalidChoice`` for a percentage outside 0 to 100, and ``NoRule``.
    """
    require_rupiah("wage", wage)
    rate = _fraction("table_percent", table_percent)
    if loss_percent is not None:
        rate *= _fraction("loss_percent", loss_percent)
    wages = fact("jkk_partial_disability_wages", on)
    item = computed("jkk_partial_disability_wages", wage, (wages,), rate=rate, count=wages.amount)
    return Calculation("jkk_partial_disability", on, (item,))


def jkk_lost_wages(wage: int, months: int, on: date) -> Calculation:
    """The wages paid while somebody cannot work for ``months`` months: STMB (PP 44/2015 jo. PP 82/2019).

    The full wage in the first year, less after it. Raises ``InvalidAmount``, ``InvalidChoice``, and ``NoRule``.
    """
    require_rupiah("wage", wage)
    first = fact("jkk_stmb_first_months", on)
    full = min(require_count("months", months), first.amount)
    phases = ((full, "jkk_stmb_first_percent"), (months - full, "jkk_stmb_later_percent"))
    rates = {key: fact(key, on) for _, key in phases}
    items = tuple(
        computed(key, wage, (rates[key], first), rate=Decimal(str(rates[key].value)) / _HUNDRED, count=count)
        for count, key in phases
        if count
    )
    return Calculation("jkk_lost_wages", on, items, other_rules=() if items else (first,))


def jkk_transport(costs: Mapping[str, int], on: date) -> Calculation:
    """What transport to hospital or home pays, by mode ``land``, ``sea`` and ``air``; modes add up.

    PP 44/2015 jo. PP 82/2019. Raises ``InvalidAmount``, ``InvalidChoice`` for another mode or none, and ``NoRule``.
    """
    unknown = set(costs) - set(_TRANSPORT)
    if unknown or not costs:
        raise InvalidChoice("transport", sorted(unknown), "some of land, sea, air")
    items = []
    for mode in (mode for mode in _TRANSPORT if mode in costs):
        limit = fact(f"jkk_transport_{mode}_max", on)
        cost = require_rupiah(mode, costs[mode])
        items.append(computed(f"jkk_transport_{mode}", cost, (limit,), cap=limit.amount))
    return Calculation("jkk_transport", on, tuple(items))


def jkk_right_ends(accident_on: date) -> date:
    """The day on which the right to claim lapses (PP 44/2015 jo. PP 82/2019). Raises ``NoRule``."""
    return birthday(accident_on, fact("jkk_time_bar_years", accident_on).amount)


def _times_wage(key: str, wage: int, on: date) -> Item:
    wages = fact(key, on)
    return computed(key, wage, (wages,), count=wages.amount)


def _amount(key: str, on: date) -> Item:
    rule = fact(key, on)
    return Item(key, rule.amount, (rule,))


def _fraction(name: str, percentage: Decimal) -> Decimal:
    if not 0 <= percentage <= 100:
        raise InvalidChoice(name, percentage, "a decimal from 0 to 100")
    return percentage / _HUNDRED
