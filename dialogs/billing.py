"""The calendar of bills: every contribution month of every segment with a bill, when it is due, when cover stops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from social_security.due_dates import cover_stops_on, due_on
from social_security.months import add_months, month_of
from social_security.programmes import Segment

#: Segments whose contribution is due by the month.
BILLED = (Segment.BPU, Segment.PU, Segment.PBPU, Segment.PPU)
#: Nobody is asked for more months back than the rules ever ask for (JKN: Perpres 64/2020 art. 42(3)).
MONTHS_BACK = 24


@dataclass(frozen=True)
class Bill:
    """What is due for a segment's contribution month, before anybody's amount."""

    segment: Segment
    month: date
    due_on: date
    cover_stops_on: date | None


@cache
def bills_around(today: date) -> tuple[Bill, ...]:
    """The bills of the months that may still be asked for on a day, and of the month to come."""
    this_month = month_of(today)
    months = [add_months(this_month, offset) for offset in range(-MONTHS_BACK, 2)]
    return tuple(bill_of(segment, month) for segment in BILLED for month in months)


def bill_of(segment: Segment, month: date) -> Bill:
    """The bill of one month. Raises as `social_security.due_dates.due_on` does."""
    return Bill(segment, month, due_on(segment, month).date, cover_stops_on(segment, month))
