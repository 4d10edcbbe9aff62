"""Unpaid contributions of BPJS Ketenagakerjaan: the employer's penalty, and the way back for a BPU."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from social_security.bpu import bpu_contribution
from social_security.calculation import Calculation, computed, require_count
from social_security.contributions import Contribution, require_rupiah
from social_security.errors import InvalidDates
from social_security.facts import fact
from social_security.months import add_months, month_of, months_between, require_month
from social_security.tables import Confidence, Rule, confirmations_of, weakest


def pu_late_penalty(unpaid: int, months_late: int, on: date) -> Calculation:
    """What an employer pays on top of an unpaid PU contribution: 2 % for each month (PP 44/2015).

    The employer bears it alone, never the worker. Raises ``InvalidAmount``, ``InvalidChoice``, and ``NoRule``.
    """
    require_rupiah("unpaid", unpaid)
    rate = fact("pu_late_penalty_percent_per_month", on)
    count = require_count("months_late", months_late)
    fraction = Decimal(str(rate.value)) / 100
    return Calculation(
        "pu_late_penalty", on, (computed("pu_late_penalty", unpaid, (rate,), rate=fraction, count=count),)
    )


class BpuStanding(StrEnum):
    """Where a BPU stands after the last paid month."""

    UP_TO_DATE = "up_to_date"
    IN_WINDOW = "in_window"  # earlier months can still be paid
    LAPSED = "lapsed"  # membership ended; pay again, nothing is charged for the past


@dataclass(frozen=True, slots=True)
class BpuArrears:
    """The months a BPU can still pay, oldest first, this month last; ``lapses_on`` is when the window closes."""

    standing: BpuStanding
    bills: tuple[Contribution, ...]
    lapses_on: date
    rules: tuple[Rule, ...]
    open_points: tuple[str, ...]

    @property
    def total(self) -> int:
        """The sum of the bills, in whole rupiah."""
        return sum(bill.total for bill in self.bills)

    @property
    def confidence(self) -> Confidence:
        """The confidence of the weakest rule used."""
        return weakest([*(rule.confidence for rule in self.rules), *(bill.confidence for bill in self.bills)])

    @property
    def confirmations(self) -> tuple[str, ...]:
        """What is still to be confirmed."""
        bills = (key for bill in self.bills for key in bill.confirmations)
        return tuple(dict.fromkeys((*confirmations_of(self.rules), *bills, *self.open_points)))


def bpu_arrears(last_paid: date, today: date, income: int, *, with_jht: bool, transport: bool) -> BpuArrears:
    """What a BPU who last paid for the month ``last_paid`` can pay today (Perdir 22/PERDIR.02/072022).

    Up to three unpaid months before this one can still be paid. With more, membership has ended and starts again with
    this month: old months are not charged. Whether an accident inside the window is covered was not found.
    Raises ``InvalidMonth``, ``InvalidAmount``, ``InvalidDates`` for a month not yet begun, and ``NoRule``.
    """
    require_month(last_paid)
    this_month = month_of(today)
    window = fact("bpu_arrears_window_months", today)
    unpaid = max(0, months_between(last_paid, this_month) - 1)
    if last_paid > add_months(this_month, fact("bpu_most_months_prepaid", today).amount):
        raise InvalidDates("last_paid", "today")
    has_lapsed = unpaid > window.amount
    past = 0 if has_lapsed else unpaid
    is_paid = last_paid >= this_month
    months = [] if is_paid else [add_months(this_month, -back) for back in range(past, -1, -1)]
    standing = BpuStanding.LAPSED if has_lapsed else BpuStanding.IN_WINDOW if unpaid else BpuStanding.UP_TO_DATE
    return BpuArrears(
        standing=standing,
        bills=tuple(bpu_contribution(income, month, with_jht=with_jht, transport=transport) for month in months),
        lapses_on=add_months(last_paid, window.amount + 2),
        rules=(window,),
        open_points=("bpu_arrears_claim", "bpu_relief_arrears") if standing is BpuStanding.IN_WINDOW else (),
    )
