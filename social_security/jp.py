"""JP, the pension: at which age, for life or at once, and what is known of its amount."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from social_security.calculation import Calculation, Item, require_count
from social_security.contributions import require_rupiah
from social_security.errors import NoRule
from social_security.fact import Fact
from social_security.facts import fact, fact_series, find_fact
from social_security.money import whole_rupiah
from social_security.months import birthday
from social_security.tables import Confidence, Rule, confirmations_of, weakest


@dataclass(frozen=True, slots=True)
class PensionAge:
    """The day somebody reaches the pension age of JP, and that age in years."""

    age: int
    reached_on: date
    rule: Fact


class PensionForm(StrEnum):
    """How the pension is paid."""

    MONTHLY = "monthly"
    AT_ONCE = "at_once"


@dataclass(frozen=True, slots=True)
class JpClaim:
    """What somebody can expect of JP; ``lowest`` and ``highest`` bound a monthly pension, in rupiah, where known."""

    pension_age: PensionAge
    form: PensionForm
    is_open: bool
    missing_months: int
    lowest: int | None
    highest: int | None
    rules: tuple[Rule, ...]

    @property
    def confidence(self) -> Confidence:
        """The confidence of the weakest rule used."""
        return weakest(rule.confidence for rule in self.rules)

    @property
    def confirmations(self) -> tuple[str, ...]:
        """What is still to be confirmed."""
        return confirmations_of(self.rules)


def jp_pension_age(birth_date: date) -> PensionAge:
    """When somebody reaches the pension age of JP (PP 45/2015 Ps.15), which rises by a year every three years to 2043.

    It is the first birthday on which the age asked for on that very day is reached. Not the age of JHT, which is 56.
    Raises ``NoRule`` for who had reached it before JP began.
    """
    for rule in fact_series("jp_pension_age"):
        reached = birthday(birth_date, rule.amount)
        if rule.is_valid(reached):
            return PensionAge(rule.amount, reached, rule)
    raise NoRule("JP pension age", birthday(birth_date, fact_series("jp_pension_age")[0].amount))


def next_pension_age_on(on: date) -> date | None:
    """The day on which the pension age rises next; None after the last step. Raises ``NoRule`` before JP."""
    last_day = fact("jp_pension_age", on).valid_until
    return last_day + timedelta(days=1) if last_day else None


def jp_claim(birth_date: date, contribution_months: int, on: date) -> JpClaim:
    """Whether JP is paid monthly or at once, and from when (PP 45/2015).

    Fifteen years of contributions make a monthly pension; with fewer, the contributions come back at once with their
    yield. Raises ``InvalidChoice``, and ``NoRule`` before JP.
    """
    require_count("contribution_months", contribution_months)
    age = jp_pension_age(birth_date)
    needed = fact("jp_contribution_months", on)
    missing = max(0, needed.amount - contribution_months)
    bounds = [] if missing else [find_fact(key, on) for key in ("jp_pension_min", "jp_pension_max")]
    lowest, highest = bounds or (None, None)
    return JpClaim(
        pension_age=age,
        form=PensionForm.AT_ONCE if missing else PensionForm.MONTHLY,
        is_open=on >= age.reached_on,
        missing_months=missing,
        lowest=lowest.amount if lowest else None,
        highest=highest.amount if highest else None,
        rules=(age.rule, needed, *(bound for bound in (lowest, highest) if bound)),
    )


def jp_monthly_guess(average_wage: int, contribution_months: int, on: date) -> Calculation:
    """A monthly pension by the formula we know from memory only, so it is never certain (PP 45/2015 Ps.17).

    One per cent of the average indexed wage for each full year of contributions, within the year's bounds.
    Raises ``InvalidAmount``, ``InvalidChoice`` below fifteen years, and ``NoRule`` where the bounds are not known.
    """
    require_rupiah("average_wage", average_wage)
    require_count("contribution_months", contribution_months, fact("jp_contribution_months", on).amount)
    formula, lowest, highest = (fact(key, on) for key in ("jp_formula_percent", "jp_pension_min", "jp_pension_max"))
    years = contribution_months // 12
    rate = Decimal(str(formula.value)) / 100
    full = whole_rupiah(average_wage * rate * years)
    amount = min(max(full, lowest.amount), highest.amount)
    rules = (formula, lowest, highest)
    item = Item("jp_monthly", amount, rules, average_wage, rate, years, full if amount != full else None)
    return Calculation("jp_monthly", on, (item,))
