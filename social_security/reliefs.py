"""Discounts on contributions, for a time and for some."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from typing_extensions import override

from social_security.money import share
from social_security.months import month_after
from social_security.programmes import Programme
from social_security.tables import Percent, Rule, find_rule


class Sector(StrEnum):
    """Whom a relief is for."""

    TRANSPORT = "transport"  # BPU drivers and couriers
    OTHER = "other"  # every other BPU
    LABOUR_INTENSIVE = "labour_intensive"  # PU of labour-intensive industry
    ALL_EMPLOYERS = "all_employers"


class Relief(Rule):
    """A discount for the contribution months of one sector."""

    sector: Sector
    percent: Percent
    programmes: frozenset[Programme]

    @property
    @override
    def series(self) -> object:
        return self.sector

    def off(self, amount: int) -> int:
        """What is taken off an amount of whole rupiah."""
        return share(amount, self.percent / 100)


def relief_for(reliefs: Sequence[Relief], programme: Programme, month: date) -> Relief | None:
    """The relief of a programme in a month, if there is one."""
    return find_rule([relief for relief in reliefs if programme in relief.programmes], month)


def ends_on(relief: Relief) -> date | None:
    """The first month without the relief."""
    return month_after(relief.valid_until) if relief.valid_until else None
