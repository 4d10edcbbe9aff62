"""What an article may work out as an example: benefits, arrears, fines and packages, by the rules of one date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from social_security.arrears import pu_late_penalty
from social_security.calculation import Calculation
from social_security.construction import construction_by_contract
from social_security.jht import jht_paid_in
from social_security.jkk import jkk_death, jkk_lost_wages, jkk_total_disability
from social_security.jkn_arrears import jkn_reactivation, jkn_service_fine
from social_security.jkp import EndOfWork, jkp_estimate
from social_security.months import month_of
from social_security.pmi import PmiPath, pmi_contribution
from social_security.tables import Rule, articles_of

EXAMPLES = Path(__file__).with_suffix(".yml")
#: Hands on the laws, the rules and the last day of what was said.
Remember = Callable[[Iterable[str], Iterable[Rule], date | None], None]


@dataclass(frozen=True)
class Estimate:
    """What may be said of a calculation: the items that rest on certain rules, in whole rupiah."""

    total: int
    #: How each item comes about: `Rp10.000.000 × 5% × 8 = Rp4.000.000`.
    workings: tuple[str, ...]


class Estimates:
    """Hands estimates to one rendering; what is not certain in them is left out."""

    def __init__(self, on: date, remember: Remember) -> None:
        self._on = on
        self._remember = remember

    def for_templates(self) -> Mapping[str, Any]:
        """What a template may call, by name. Sums and counts come from `example('…')` or a fact, never as digits."""
        return {
            "example": example,
            "service_fine": self.service_fine,
            "reactivation": self.reactivation,
            "pmi": self.pmi,
            "construction": self.construction,
            "pu_penalty": self.pu_penalty,
            "jkp": self.jkp,
            "jkk_death": lambda wage: self._said(jkk_death(wage, self._on)),
            "jkk_disability": lambda wage: self._said(jkk_total_disability(wage, self._on)),
            "jkk_wages": lambda wage, months: self._said(jkk_lost_wages(wage, months, self._on)),
            "jht_saved": self.jht_saved,
        }

    def service_fine(self, package_cost: int, months_unpaid: int) -> Estimate:
        """The fine of JKN for inpatient care on the day cover is back."""
        return self._said(jkn_service_fine(package_cost, months_unpaid, reactivated_on=self._on, admitted_on=self._on))

    def reactivation(self, care_class: int, people: int, months_unpaid: int) -> Estimate:
        """What a JKN family pays to be covered again."""
        return self._said(jkn_reactivation(care_class, people, months_unpaid, month_of(self._on)))

    def pmi(self, months: int, path: str) -> Estimate:
        """What a migrant worker pays; path is `placement` or `individual`."""
        return self._said(pmi_contribution(months, self._on, path=PmiPath(path)))

    def construction(self, value: int) -> Estimate:
        """What a contractor pays for a project of that contract value."""
        due = construction_by_contract(value, self._on)
        self._remember(due.articles, (), due.changes_on and due.changes_on - timedelta(days=1))
        return Estimate(due.total, ())

    def pu_penalty(self, unpaid: int, months_late: int) -> Estimate:
        """What an employer pays on top of unpaid contributions."""
        return self._said(pu_late_penalty(unpaid, months_late, self._on))

    def jkp(self, wage: int) -> Estimate:
        """The cash after a dismissal, all months together."""
        return self._said(jkp_estimate(wage, self._on, reason=EndOfWork.DISMISSAL))

    def jht_saved(self, wage: int, months: int) -> Estimate:
        """What employer and worker pay into JHT at one wage, without yield."""
        return self._said(jht_paid_in(wage, month_of(self._on), months))

    def _said(self, found: Calculation) -> Estimate:
        certain = [item for item in found.items if item.is_certain]
        rules = [rule for item in certain for rule in item.rules]
        ends = [rule.valid_until for rule in rules if rule.valid_until and rule.valid_until >= self._on]
        self._remember(articles_of(rules), rules, min(ends, default=None))
        return Estimate(found.certain_total, tuple(item.working for item in certain))


def example(name: str) -> int:
    """A sum or a count to compute an example with, by its name in `estimates.yml`. Raises `KeyError`."""
    return _examples()[name]


@cache
def _examples() -> dict[str, int]:
    examples: dict[str, int] = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))
    return examples
