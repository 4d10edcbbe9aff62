"""What an estimate is made of: items with their workings, conditions, and the rules behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from social_security.errors import InvalidChoice
from social_security.money import percent, rupiah, whole_rupiah
from social_security.months import add_months
from social_security.tables import Confidence, Rule, articles_of, confirmations_of, pick_rule, weakest


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an estimate, in whole rupiah: ``base`` × ``rate`` × ``count``, at most ``cap``.

    ``label`` is a name of ``labels.yml``; ``before_cap`` is None where no cap cut the amount.
    """

    label: str
    amount: int
    rules: tuple[Rule, ...]
    base: int | None = None
    rate: Decimal | None = None
    count: int = 1
    before_cap: int | None = None

    @property
    def working(self) -> str:
        """How the amount comes about, in figures: ``Rp5.000.000 × 60% × 6 = Rp18.000.000``."""
        if self.base is None:
            return rupiah(self.amount)
        factors = [rupiah(self.base)]
        if self.rate is not None:
            factors.append(percent(self.rate))
        if self.count != 1:
            factors.append(str(self.count))
        result = self.amount if self.before_cap is None else self.before_cap
        text = " × ".join(factors)
        if len(factors) > 1:
            text += f" = {rupiah(result)}"
        return text if self.before_cap is None else f"{text} → {rupiah(self.amount)}"

    @property
    def is_certain(self) -> bool:
        """Whether it may be shown without a warning."""
        return all(rule.is_certain for rule in self.rules)


@dataclass(frozen=True, slots=True)
class Condition:
    """Something the law asks for; ``is_met`` is None where only the participant or BPJS can know. A name of labels."""

    label: str
    is_met: bool | None = None


@dataclass(frozen=True, slots=True)
class Calculation:
    """An estimate for a day. ``other_rules`` are those used besides the items' own, for conditions and dates.

    ``not_before`` and ``not_after`` are the first and the last day on which it can be claimed or paid. Nothing is due
    when a condition is known not to be met: then there are no items.
    """

    kind: str
    on: date
    items: tuple[Item, ...]
    conditions: tuple[Condition, ...] = ()
    other_rules: tuple[Rule, ...] = ()
    open_points: tuple[str, ...] = ()
    not_before: date | None = None
    not_after: date | None = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule used."""
        return (*(rule for item in self.items for rule in item.rules), *self.other_rules)

    @property
    def total(self) -> int:
        """The sum of the items, in whole rupiah."""
        return sum(item.amount for item in self.items)

    @property
    def certain_total(self) -> int:
        """The sum of the items that rest on certain rules only: this much may be said without a warning."""
        return sum(item.amount for item in self.items if item.is_certain)

    @property
    def unmet(self) -> tuple[Condition, ...]:
        """The conditions known not to be met."""
        return tuple(condition for condition in self.conditions if condition.is_met is False)

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles of law used, each once."""
        return articles_of(self.rules)

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the rules were seen, each once."""
        return tuple(dict.fromkeys(rule.source for rule in self.rules))

    @property
    def confidence(self) -> Confidence:
        """The confidence of the weakest rule used."""
        return weakest(rule.confidence for rule in self.rules)

    @property
    def is_certain(self) -> bool:
        """Whether it may be shown without a warning."""
        return self.confidence.is_certain

    @property
    def confirmations(self) -> tuple[str, ...]:
        """What is still to be confirmed, as names of ``confirmations.yml``, each once."""
        return tuple(dict.fromkeys((*confirmations_of(self.rules), *self.open_points)))

    @property
    def changes_on(self) -> date | None:
        """The first day on which one of the rules does not hold any more, as far as is known."""
        ends = [rule.valid_until for rule in self.rules if rule.valid_until and rule.valid_until >= self.on]
        return min(ends) + timedelta(days=1) if ends else None


def computed(
    label: str,
    base: int,
    rules: tuple[Rule, ...],
    *,
    rate: Decimal | None = None,
    count: int = 1,
    cap: int | None = None,
) -> Item:
    """An item of ``base`` × ``rate`` × ``count``, rounded once, at most ``cap``."""
    full = whole_rupiah(base * (Decimal(1) if rate is None else rate) * count)
    is_cut = cap is not None and full > cap
    amount = cap if cap is not None and is_cut else full
    return Item(label, amount, rules, base, rate, count, full if is_cut else None)


def require_count(name: str, value: int, least: int = 0, most: int | None = None) -> int:
    """Return a whole number within bounds; raise ``InvalidChoice`` otherwise."""
    if type(value) is not int or value < least or (most is not None and value > most):
        expected = f"{least} or more" if most is None else f"{least} to {most}"
        raise InvalidChoice(name, value, expected)
    return value


RuleT = TypeVar("RuleT", bound=Rule)


def months_by_rule(rules: Sequence[RuleT], months: Iterable[date], what: str) -> list[tuple[RuleT, int]]:
    """How many of the months each rule covers, in the order of the months. Raises ``NoRule``."""
    counts: list[tuple[RuleT, int]] = []
    for month in months:
        rule = pick_rule(rules, month, what)
        if counts and counts[-1][0] is rule:
            counts[-1] = (rule, counts[-1][1] + 1)
        else:
            counts.append((rule, 1))
    return counts


def month_range(first: date, count: int) -> list[date]:
    """``count`` contribution months from ``first`` on."""
    return [add_months(first, index) for index in range(count)]
