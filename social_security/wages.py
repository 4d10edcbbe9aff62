"""Contributions taken from a wage: the rate shared by employer and worker, and the highest wage counted."""

from __future__ import annotations

from social_security.contributions import Line, Payer, Share
from social_security.money import share
from social_security.programmes import Programme
from social_security.tables import ExactDecimal, Rule, Rupiah, weakest


class WageRate(Rule):
    """Percentages of the wage borne by employer and worker."""

    employer_percent: ExactDecimal
    worker_percent: ExactDecimal


class WageCeiling(Rule):
    """The highest monthly wage counted."""

    ceiling: Rupiah


def wage_line(programme: Programme, label: str, wage: int, rate: WageRate, ceiling: WageCeiling | None) -> Line:
    """The line of one programme for a monthly wage, counted up to the ceiling; each share is rounded on its own."""
    base = wage if ceiling is None else min(wage, ceiling.ceiling)
    rules: tuple[Rule, ...] = (rate,) if ceiling is None else (rate, ceiling)
    employer, worker = rate.employer_percent / 100, rate.worker_percent / 100
    shares = (
        Share(Payer.EMPLOYER, employer, share(base, employer)),
        Share(Payer.WORKER, worker, share(base, worker)),
    )
    return Line(
        programme=programme,
        label=label,
        base=base,
        rate=employer + worker,
        flat=None,
        amount_before=sum(part.amount for part in shares),
        relief=0,
        shares=shares,
        articles=tuple(dict.fromkeys(rule.article for rule in rules)),
        confidence=weakest(rule.confidence for rule in rules),
    )
