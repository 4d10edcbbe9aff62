"""Contributions taken from a wage: the rate shared by employer and worker, and the highest wage counted."""

from __future__ import annotations

from decimal import Decimal

from social_security.contributions import Line, Payer, Share
from social_security.money import share
from social_security.programmes import Programme
from social_security.reliefs import Relief
from social_security.tables import Percent, Rule, Rupiah, articles_of, confirmations_of, weakest


class WageRate(Rule):
    """Percentages of the wage borne by employer and worker."""

    employer_percent: Percent
    worker_percent: Percent


class WageCeiling(Rule):
    """The highest monthly wage counted."""

    ceiling: Rupiah


def wage_line(
    programme: Programme,
    label: str,
    wage: int,
    rate: WageRate,
    ceiling: WageCeiling | None,
    relief: Relief | None = None,
) -> Line:
    """The line of one programme for a monthly wage, counted up to the ceiling; each share is rounded on its own."""
    base = wage if ceiling is None else min(wage, ceiling.ceiling)
    rules: tuple[Rule, ...] = tuple(rule for rule in (rate, ceiling, relief) if rule is not None)
    fractions = {Payer.EMPLOYER: rate.employer_percent / 100, Payer.WORKER: rate.worker_percent / 100}
    before = {payer: share(base, fraction) for payer, fraction in fractions.items()}
    off = {payer: relief.off(amount) if relief else 0 for payer, amount in before.items()}
    return Line(
        programme=programme,
        label=label,
        base=base,
        rate=sum(fractions.values(), Decimal(0)),
        flat=None,
        amount_before=sum(before.values()),
        relief=sum(off.values()),
        shares=tuple(Share(payer, fractions[payer], before[payer] - off[payer]) for payer in fractions),
        articles=articles_of(rules),
        confidence=weakest(rule.confidence for rule in rules),
        confirmations=confirmations_of(rules),
    )
