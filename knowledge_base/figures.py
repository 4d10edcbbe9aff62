"""The figures an article uses on one date, and the memory of where each came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import Any, ParamSpec, TypeVar

from knowledge_base.estimates import Estimates
from knowledge_base.language import written_month
from social_security.bpu import bpu_contribution
from social_security.contributions import Contribution
from social_security.due_dates import DueDate, cover_stops_on, next_due_on
from social_security.editions import Edition, current_edition
from social_security.errors import NoRule
from social_security.fact import Fact, Unit
from social_security.facts import dated_facts, fact
from social_security.jkn import jkn_pbpu_contribution
from social_security.months import add_months, month_of
from social_security.programmes import Segment
from social_security.tables import Confidence, Rule, confirmations_of, weakest

P = ParamSpec("P")
T = TypeVar("T")


#: Ways to reach an office rest on no law.
_CONTACT = frozenset({Unit.PHONE, Unit.TEXT})


class NotServable(LookupError):
    """A figure may not be said: no rule gives it on that date, or it is only from memory or in conflict."""


class Figures:
    """Hands figures to one rendering; remembers their articles of law and when the first of them ends."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._month = month_of(on)
        self.laws: list[str] = []
        self.valid_until: date | None = None
        #: Last day of the first rule that ends; a due date that comes again every month is not one.
        self.rules_until: date | None = None
        #: Open points of the figures said, by their name in `confirmations.yml`.
        self.to_confirm: set[str] = set()

    def for_templates(self) -> Mapping[str, Any]:
        """What a template may call, by name."""
        estimates = Estimates(self._on, self._estimated).for_templates()
        return {
            "fact": self.fact,
            "amount": self.amount,
            "known": self.known,
            "bpu": self.bpu,
            "jkn": self.jkn,
            "next_due": self.next_due,
            "cover_stops": self.cover_stops,
            "month": self._month,
            **{name: partial(_ruled, estimate) for name, estimate in estimates.items()},
        }

    def fact(self, key: str) -> str:
        """A named fact in Indonesian notation. Raises `NotServable`, and `KeyError` for a name nobody knows."""
        found = self._use(key)
        return written_month(found.value) if isinstance(found.value, date) else found.text

    def amount(self, key: str) -> int:
        """A named fact as a whole number, to compute with. Raises as `fact` does."""
        return self._use(key).amount

    def known(self, key: str) -> bool:
        """Whether a named fact holds on the date and is certain."""
        _require_name(key)
        try:
            return fact(key, self._on).is_certain
        except NoRule:
            return False

    def bpu(self, income: int, *, jht: bool, transport: bool = False) -> Contribution:
        """What a BPU with this monthly income pays for the month of the date."""
        return self._contribution(_ruled(bpu_contribution, income, self._month, with_jht=jht, transport=transport))

    def jkn(self, care_class: int, people: int = 1) -> Contribution:
        """What a family that pays JKN itself is billed for the month of the date."""
        return self._contribution(_ruled(jkn_pbpu_contribution, care_class, people, self._month))

    def next_due(self, segment: str) -> DueDate:
        """The next due date of a segment (`BPU`, `PU`, `PBPU`); true until that day."""
        due = _ruled(next_due_on, Segment(segment), self._on)
        self._remember((due.article,), due.confidence)
        self._end(due.date)
        return due

    def cover_stops(self, segment: str) -> date:
        """When cover stops if the month of the date stays unpaid; true until the month is over."""
        stop = _ruled(cover_stops_on, Segment(segment), self._month)
        if stop is None:
            raise NotServable(f"no rule says when cover of {segment} stops")
        self._end(add_months(self._month, 1) - timedelta(days=1))
        return stop

    def _use(self, key: str) -> Fact:
        _require_name(key)
        found = _ruled(fact, key, self._on)
        laws = () if found.unit in _CONTACT else (found.article,)
        self._remember(laws, found.confidence, found.valid_until)
        self.to_confirm |= {found.confirm} if found.confirm else set()
        return found

    def _contribution(self, contribution: Contribution) -> Contribution:
        changes_on = contribution.changes_on
        last_day = changes_on - timedelta(days=1) if changes_on else None
        self._remember(contribution.articles, contribution.confidence, last_day)
        self.to_confirm |= set(contribution.confirmations)
        return contribution

    def _estimated(self, laws: Iterable[str], rules: Iterable[Rule], last_day: date | None) -> None:
        rules = tuple(rules)
        self._remember(laws, weakest((Confidence.L, *(rule.confidence for rule in rules))), last_day)
        self.to_confirm |= set(confirmations_of(rules))

    def _remember(self, laws: Iterable[str], confidence: Confidence, last_day: date | None = None) -> None:
        if not confidence.is_certain:
            raise NotServable(f"not certain enough to be said ({confidence})")
        self.laws += [law for law in laws if law not in self.laws]
        if last_day is not None:
            self._end(last_day)
            self.rules_until = min(last_day, self.rules_until or last_day)

    def _end(self, last_day: date) -> None:
        self.valid_until = min(last_day, self.valid_until or last_day)


def _ruled(rule: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return rule(*args, **kwargs)
    except NoRule as error:
        raise NotServable(str(error)) from error


def _require_name(key: str) -> None:
    if key not in _names(current_edition()):
        raise KeyError(f"there is no fact called {key}")


@lru_cache(maxsize=8)
def _names(_edition: Edition) -> frozenset[str]:
    return frozenset(one.key for one in dated_facts())
