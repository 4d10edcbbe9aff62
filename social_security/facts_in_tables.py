"""The figures of the contribution and due-date tables under a name, for articles."""

from __future__ import annotations

from collections.abc import Iterator

from social_security.bpu import bpu_tables
from social_security.construction import construction_tables
from social_security.due_dates import due_tables
from social_security.fact import Fact, FactValue, Unit
from social_security.jht_cases import JhtCase, jht_tables
from social_security.jkn import jkn_tables
from social_security.jkp_tables import jkp_tables
from social_security.months import month_of
from social_security.pmi import PmiPath, pmi_tables
from social_security.programmes import Segment
from social_security.pu import pu_tables
from social_security.tables import Rule


def facts_in_tables() -> Iterator[Fact]:
    """All figures of the tables that have a name of their own."""
    yield from _bpu()
    yield from _pu()
    yield from _jkn()
    yield from _due_days()
    yield from _jkp_cash()
    yield from _construction_and_pmi()
    yield from _jht_partial()


def _bpu() -> Iterator[Fact]:
    tables = bpu_tables()
    for brackets in tables.brackets:
        yield _fact("bpu_lowest_base", brackets.rows[0].base, Unit.RUPIAH, brackets)
        yield _fact("bpu_highest_base", brackets.rows[-1].base, Unit.RUPIAH, brackets)
    for programme, rates in tables.rates.items():
        for rate in rates:
            if rate.percent is None:
                yield _fact(f"bpu_{programme.lower()}_amount", rate.flat or 0, Unit.RUPIAH, rate)
            else:
                yield _fact(f"bpu_{programme.lower()}_percent", rate.percent, Unit.PERCENT, rate)
    for relief in tables.reliefs:
        name = f"bpu_relief_{relief.sector}"
        yield _fact(f"{name}_percent", relief.percent, Unit.PERCENT, relief)
        yield _fact(f"{name}_first_month", relief.valid_from, Unit.MONTH, relief)
        if relief.valid_until is not None:
            yield _fact(f"{name}_last_month", month_of(relief.valid_until), Unit.MONTH, relief)


def _pu() -> Iterator[Fact]:
    tables = pu_tables()
    for group in tables.jkk_risk_groups:
        yield _fact(f"pu_jkk_group_{group.group}_percent", group.employer_percent, Unit.PERCENT, group)
    for programme, rates in tables.rates.items():
        for rate in rates:
            yield _fact(f"pu_{programme.lower()}_employer_percent", rate.employer_percent, Unit.PERCENT, rate)
            yield _fact(f"pu_{programme.lower()}_worker_percent", rate.worker_percent, Unit.PERCENT, rate)
    for ceiling in tables.jp_ceilings:
        yield _fact("jp_wage_ceiling", ceiling.ceiling, Unit.RUPIAH, ceiling)


def _jkn() -> Iterator[Fact]:
    tables = jkn_tables()
    for row in tables.pbpu_classes:
        yield _fact(f"jkn_class_{row.care_class}_full", row.amount, Unit.RUPIAH, row)
        yield _fact(f"jkn_class_{row.care_class}_government", row.government, Unit.RUPIAH, row)
        yield _fact(f"jkn_class_{row.care_class}", row.for_participant, Unit.RUPIAH, row)
    for rate in tables.ppu_rates:
        yield _fact("jkn_ppu_employer_percent", rate.employer_percent, Unit.PERCENT, rate)
        yield _fact("jkn_ppu_worker_percent", rate.worker_percent, Unit.PERCENT, rate)
    for ceiling in tables.ppu_ceilings:
        yield _fact("jkn_ppu_wage_ceiling", ceiling.ceiling, Unit.RUPIAH, ceiling)


def _due_days() -> Iterator[Fact]:
    names = {Segment.PU: "pu_due_day", Segment.BPU: "bpu_due_day", Segment.PBPU: "jkn_due_day"}
    for segment, name in names.items():
        for rule in due_tables().due_dates[segment]:
            yield _fact(name, rule.day, Unit.DAY_OF_MONTH, rule)


def _jkp_cash() -> Iterator[Fact]:
    """The percentage has a name only where it is one for all months."""
    for cash in jkp_tables().cash:
        yield _fact("jkp_cash_months", sum(phase.count for phase in cash.months), Unit.MONTHS, cash)
        if len(cash.months) == 1:
            yield _fact("jkp_cash_percent", cash.months[0].percent, Unit.PERCENT, cash)


def _construction_and_pmi() -> Iterator[Fact]:
    for programme, rates in construction_tables().wage_rates.items():
        for rate in rates:
            yield _fact(f"construction_{programme.lower()}_percent", rate.employer_percent, Unit.PERCENT, rate)
    for package in pmi_tables().packages:
        if package.before_work:
            yield _fact("pmi_before_work", package.before_work, Unit.RUPIAH, package)
        if package.path is PmiPath.INDIVIDUAL:
            yield _fact("pmi_extra_month", package.extra_month, Unit.RUPIAH, package)
            for months, amount in package.during_and_after.items():
                yield _fact(f"pmi_{months}_months", amount, Unit.RUPIAH, package)
    for bounds in pmi_tables().jht_amounts:
        yield _fact("pmi_jht_lowest", bounds.lowest, Unit.RUPIAH, bounds)
        yield _fact("pmi_jht_highest", bounds.highest, Unit.RUPIAH, bounds)


def _jht_partial() -> Iterator[Fact]:
    for rule in jht_tables().cases:
        if rule.case in {JhtCase.PARTIAL, JhtCase.PARTIAL_HOME}:
            yield _fact(f"jht_{rule.case}_percent", rule.percent, Unit.PERCENT, rule)
        if rule.case is JhtCase.PARTIAL:
            yield _fact("jht_partial_years", rule.member_years, Unit.YEARS, rule)


def _fact(key: str, value: FactValue, unit: Unit, rule: Rule) -> Fact:
    return Fact(
        key=key,
        value=value,
        unit=unit,
        article=rule.article,
        source=rule.source,
        confidence=rule.confidence,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
        confirm=rule.confirm,
    )
