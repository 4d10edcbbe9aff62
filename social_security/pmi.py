"""What migrant workers (PMI) pay to BPJS Ketenagakerjaan."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from typing_extensions import override

from social_security.calculation import Calculation, Item, computed, require_count
from social_security.editions import regulation
from social_security.errors import InvalidChoice
from social_security.tables import Rule, Rupiah, Series, Table, pick_rule


class PmiPath(StrEnum):
    """How a migrant worker finds the work."""

    PLACEMENT = "placement"  # through a placement company (P3MI)
    INDIVIDUAL = "individual"  # by themselves


class PmiPackage(Rule):
    """The amounts of one path for JKK and JKM together; ``during_and_after`` by months of contract."""

    path: PmiPath
    before_work: Rupiah
    during_and_after: dict[int, Rupiah]
    extra_month: Rupiah

    @property
    @override
    def series(self) -> object:
        return self.path


class ChosenAmount(Rule):
    """The bounds of an amount the participant chooses, in rupiah a month."""

    lowest: Rupiah
    highest: Rupiah


class PmiTables(Table):
    """All of ``pmi.yml``."""

    packages: Series[PmiPackage]
    jht_amounts: Series[ChosenAmount]


def pmi_tables() -> PmiTables:
    """The PMI tables, read once."""
    return regulation("pmi.yml", PmiTables)


def pmi_contribution(
    months: int, on: date, *, path: PmiPath, extra_months: int = 0, jht_monthly: int = 0
) -> Calculation:
    """What a migrant worker pays for a contract of 6, 12 or 24 months (Permenaker 4/2023 Ps.18).

    ``extra_months`` is what the contract was prolonged by; ``jht_monthly`` the chosen amount of JHT, 0 for none,
    counted for the months of the contract.
    Raises ``InvalidChoice`` for another length or an amount out of bounds, and ``NoRule`` before the rule.
    """
    packages = [package for package in pmi_tables().packages if package.path is path]
    package = pick_rule(packages, on, f"PMI package {path}")
    if months not in package.during_and_after:
        raise InvalidChoice("months", months, ", ".join(str(length) for length in package.during_and_after))
    require_count("extra_months", extra_months)
    rules = (package,)
    items = [Item("pmi_during_and_after", package.during_and_after[months], rules)]
    if package.before_work:
        items.insert(0, Item("pmi_before_work", package.before_work, rules))
    if extra_months:
        items.append(computed("pmi_extra_month", package.extra_month, rules, count=extra_months))
    if jht_monthly:
        items.append(_jht(jht_monthly, months, on))
    return Calculation("pmi_contribution", on, tuple(items))


def _jht(monthly: int, months: int, on: date) -> Item:
    bounds = pick_rule(pmi_tables().jht_amounts, on, "PMI JHT amount")
    require_count("jht_monthly", monthly, bounds.lowest, bounds.highest)
    return computed("pmi_jht", monthly, (bounds,), count=months)
