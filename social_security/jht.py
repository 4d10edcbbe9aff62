"""JHT, the old-age savings: when they can be claimed, and what was paid in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from social_security.calculation import Calculation, Item, month_range, months_by_rule, require_count
from social_security.contributions import require_rupiah
from social_security.facts import fact
from social_security.jht_cases import JhtCase, jht_tables
from social_security.money import share
from social_security.months import birthday, require_month, shift_months
from social_security.programmes import Programme
from social_security.pu import pu_tables
from social_security.tables import Rule, confirmations_of, pick_rule
from social_security.wages import WageRate

_PARTIAL = frozenset({JhtCase.PARTIAL, JhtCase.PARTIAL_HOME})


@dataclass(frozen=True, slots=True)
class JhtClaim:
    """Whether a case opens JHT; ``not_before`` is None where the waiting time is not known."""

    rules: tuple[Rule, ...]
    percent: Decimal
    not_before: date | None
    is_open: bool | None
    needs_inactive_membership: bool

    @property
    def confirmations(self) -> tuple[str, ...]:
        """What is still to be confirmed."""
        return confirmations_of(self.rules)


def jht_claim(case: JhtCase, since: date, on: date) -> JhtClaim:
    """Whether and from when JHT can be claimed on a day (PP 46/2015; Permenaker 4/2022).

    ``since`` is the day of the case: the resignation letter, the dismissal, the end of the contract…; for
    ``PENSION_AGE`` the birth date, for a partial claim the first day of membership. The pension age is 56; a
    contract or company rule may name another. A claim in full needs a membership the employer has ended.
    Raises ``NoRule``.
    """
    rule = pick_rule([row for row in jht_tables().cases if row.case is case], on, f"JHT case {case}")
    rules: list[Rule] = [rule]
    opens = birthday(since, rule.member_years) if rule.member_years else since
    if case is JhtCase.PENSION_AGE:
        age = fact("jht_pension_age", on)
        rules.append(age)
        opens = birthday(since, age.amount)
    not_before = None if rule.wait_months is None else shift_months(opens, rule.wait_months)
    return JhtClaim(
        rules=tuple(rules),
        percent=rule.percent,
        not_before=not_before,
        is_open=None if not_before is None else on >= not_before,
        needs_inactive_membership=case not in _PARTIAL and case is not JhtCase.PENSION_AGE,
    )


def jht_paid_in(wage: int, first_month: date, months: int) -> Calculation:
    """What worker and employer paid in over ``months`` months at one monthly wage (PP 46/2015 Ps.16).

    Without the yield, which only BPJS knows, and before any tax. Each month is rounded on its own.
    Raises ``InvalidMonth``, ``InvalidAmount``, ``InvalidChoice``, and ``NoRule`` before July 2015.
    """
    require_rupiah("wage", wage)
    first = require_month(first_month)
    covered = month_range(first, require_count("months", months, 1))
    rates = months_by_rule(pu_tables().rates[Programme.JHT], covered, "PU JHT rate")
    items = tuple(item for rate, count in rates for item in _shares(wage, rate, count))
    return Calculation("jht_paid_in", covered[-1], items, open_points=("jht_yield", "jht_tax"))


def _shares(wage: int, rate: WageRate, count: int) -> tuple[Item, ...]:
    fractions = {"jht_by_employer": rate.employer_percent / 100, "jht_by_worker": rate.worker_percent / 100}
    return tuple(
        Item(label, share(wage, fraction) * count, (rate,), wage, fraction, count)
        for label, fraction in fractions.items()
    )
