"""Whether nudges help: bills paid in time by those who got nudges and by those held out, with the interval between.

A bill counts when its due date has passed, for the group its first nudge put it into. In time is a payment that is
known for the due date or before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import sqrt

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

#: Standard normal quantile of a 95 % interval.
Z = 1.959964

_COUNT = text("""
    SELECT bill.held, count(*), count(*) FILTER (WHERE paid.paid_by_day <= bill.due_on)
    FROM (SELECT participant_id, programme, period, min(due_on) AS due_on, bool_or(reason = 'held_out') IS TRUE AS held
          FROM nudges WHERE due_on >= :since AND due_on < :today
            AND (state = 'sent' OR reason = 'held_out')
          GROUP BY participant_id, programme, period) AS bill
    LEFT JOIN LATERAL (
        SELECT coalesce(p.paid_on, (p.created_at AT TIME ZONE 'Asia/Jakarta')::date) AS paid_by_day
        FROM payments p WHERE p.participant_id = bill.participant_id AND p.scheme = bill.programme
          AND p.month = bill.period) AS paid ON true
    GROUP BY bill.held
""")


@dataclass(frozen=True)
class Group:
    """How many bills a group had, and how many were paid in time."""

    bills: int = 0
    in_time: int = 0

    @property
    def share(self) -> float:
        """The share paid in time, 0 to 1."""
        return self.in_time / self.bills if self.bills else 0.0

    def bounds(self) -> tuple[float, float]:
        """The 95 % interval of the share after Wilson."""
        if not self.bills:
            return 0.0, 1.0
        n, p = self.bills, self.share
        middle = p + Z * Z / (2 * n)
        width = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return (middle - width) / (1 + Z * Z / n), (middle + width) / (1 + Z * Z / n)


@dataclass(frozen=True)
class Effect:
    """What nudges added to the share paid in time, with its 95 % interval after Newcombe; shares are 0 to 1."""

    nudged: Group
    held_out: Group

    @property
    def difference(self) -> float:
        """Nudged less held out."""
        return self.nudged.share - self.held_out.share

    @property
    def interval(self) -> tuple[float, float]:
        """Where the difference lies with 95 % confidence."""
        (low_a, high_a), (low_b, high_b) = self.nudged.bounds(), self.held_out.bounds()
        a, b = self.nudged.share, self.held_out.share
        return (
            self.difference - sqrt((a - low_a) ** 2 + (high_b - b) ** 2),
            self.difference + sqrt((high_a - a) ** 2 + (b - low_b) ** 2),
        )


async def nudge_effect(session: AsyncSession, since: date, today: date) -> Effect:
    """The effect over the bills that were due from a day until yesterday."""
    rows = await session.execute(_COUNT, {"since": since, "today": today})
    groups = {held: Group(bills, in_time) for held, bills, in_time in rows}
    return Effect(groups.get(False, Group()), groups.get(True, Group()))
