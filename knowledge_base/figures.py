"""The figures an article uses on one date, and the memory of where each came from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from social_security.bpu import bpu_contribution
from social_security.contributions import Contribution
from social_security.errors import NoRule
from social_security.months import month_of


class NotInForce(LookupError):  # noqa: N818 - what happened, in the field's words
    """No rule gives the figure on the date asked about."""


class NotCertain(ValueError):  # noqa: N818
    """A figure that is from memory or in conflict was about to be shown as certain."""


class Figures:
    """Hands figures to one rendering; remembers their articles of law and when the first of them ends."""

    def __init__(self, on: date) -> None:
        self._on = on
        self.sources: list[str] = []
        self.valid_until: date | None = None

    def for_templates(self) -> Mapping[str, Any]:
        """The functions a template may call."""
        return {"bpu": self.bpu}

    def bpu(self, income: int, *, jht: bool, transport: bool = False) -> Contribution:
        """What a BPU with this monthly income pays for the month of the date."""
        month = month_of(self._on)
        return self._computed(bpu_contribution, income, month, with_jht=jht, transport=transport)

    def _computed(self, rule: Any, *args: Any, **kwargs: Any) -> Contribution:
        try:
            contribution: Contribution = rule(*args, **kwargs)
        except NoRule as error:
            raise NotInForce(str(error)) from error
        if not contribution.confidence.is_certain:
            raise NotCertain(f"{rule.__name__} rests on {contribution.confidence}")
        self._remember(contribution.articles)
        if contribution.changes_on is not None:
            self._ends(contribution.changes_on - timedelta(days=1))
        return contribution

    def _remember(self, sources: tuple[str, ...]) -> None:
        self.sources += [source for source in sources if source not in self.sources]

    def _ends(self, last_day: date) -> None:
        self.valid_until = last_day if self.valid_until is None else min(self.valid_until, last_day)
