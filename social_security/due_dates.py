"""When the contribution of a month is due, and when cover stops if it stays unpaid."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from social_security.editions import regulation
from social_security.errors import NoRule
from social_security.months import add_months, month_of, require_month
from social_security.programmes import Segment
from social_security.tables import (
    Confidence,
    Rule,
    Series,
    Table,
    find_rule,
    pick_rule,
    weakest,
)
from social_security.working_days import next_working_day


class Move(Table):
    """That a due date on a day off moves to the next working day, and who says so."""

    article: str
    source: str
    confidence: Confidence


class DueRule(Rule):
    """The day of the month a segment's contribution is due."""

    day: Annotated[int, Field(ge=1, le=28)]
    month_offset: Annotated[int, Field(ge=0, le=1)]
    moves_to_working_day: Move | None


class CoverStopRule(Rule):
    """Cover stops on the first day of the month ``month_offset`` months after an unpaid month."""

    month_offset: Annotated[int, Field(ge=1)]


class DueTables(Table):
    """All of ``due_dates.yml``."""

    due_dates: dict[Segment, Series[DueRule]]
    cover_stops: dict[Segment, Series[CoverStopRule]]


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day to pay for ``month``; ``before_holiday`` is the date as written, before any move."""

    segment: Segment
    month: dt.date
    date: dt.date
    before_holiday: dt.date
    article: str
    source: str
    confidence: Confidence

    @property
    def is_moved(self) -> bool:
        """Whether a weekend or a public holiday moved the date."""
        return self.date != self.before_holiday


def due_tables() -> DueTables:
    """The due-date tables, read once."""
    return regulation("due_dates.yml", DueTables)


def due_on(segment: Segment, month: dt.date) -> DueDate:
    """When a segment's contribution for a month is due (PP 44/2015; Perpres 82/2018).

    Raises ``InvalidMonth``, and ``NoRule`` for a segment without a monthly bill (KONSTRUKSI, PMI, PBI)
    or a month before the rule.
    """
    require_month(month)
    rule = pick_rule(due_tables().due_dates.get(segment, ()), month, f"{segment} due date")
    written = add_months(month, rule.month_offset).replace(day=rule.day)
    move = rule.moves_to_working_day
    moved = next_working_day(written) if move else written
    sources = (rule, move) if move and moved != written else (rule,)
    return DueDate(
        segment=segment,
        month=month,
        date=moved,
        before_holiday=written,
        article=rule.article,
        source=rule.source,
        confidence=weakest(source.confidence for source in sources),
    )


def next_due_on(segment: Segment, today: dt.date) -> DueDate:
    """The first due date that has not passed on ``today``. Raises ``NoRule`` as ``due_on`` does."""
    month = add_months(month_of(today), -1)
    while True:
        due = due_on(segment, month)
        if due.date >= today:
            return due
        month = add_months(month, 1)


def cover_stops_on(segment: Segment, month: dt.date) -> dt.date | None:
    """The first day without cover when ``month`` stays unpaid (JKN: Perpres 64/2020 art. 42(1)).

    None where no rule we hold names such a day: all segments of BPJS Ketenagakerjaan, and PBI, whom
    the state pays for. Raises ``InvalidMonth``, and ``NoRule`` for a month before the rule.
    """
    require_month(month)
    rules = due_tables().cover_stops.get(segment)
    if rules is None:
        return None
    rule = find_rule(rules, month)
    if rule is None:
        raise NoRule(f"{segment} cover stop", month)
    return add_months(month, rule.month_offset)
