"""How many questions were answered by an article, were not answered rightly, and went to a person, by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from storage.article_use import LED
from storage.models import Handoff, Lesson, Message
from storage.unanswered import UNCLEAR


@dataclass(frozen=True)
class AnswerCounts:
    """Of one day or of several."""

    answered: int = 0
    unclear: int = 0
    to_person: int = 0

    def __add__(self, other: AnswerCounts) -> AnswerCounts:
        return AnswerCounts(
            self.answered + other.answered, self.unclear + other.unclear, self.to_person + other.to_person
        )


async def answer_counts(session: AsyncSession, since: datetime, zone: ZoneInfo) -> Mapping[date, AnswerCounts]:
    """The counts of every day on which there was something, by the days of that zone; settled questions count, too."""
    told = select(Lesson.message_id).where(Lesson.cause.is_not(None))
    unread = Message.decision.in_(UNCLEAR) & Message.understanding.is_not(None)
    message, handoff = Message.created_at, Handoff.requested_at
    answered = await _by_day(session, message, since, zone, Message.article.is_not(None))
    unclear = await _by_day(session, message, since, zone, unread | Message.id.in_(told))
    to_person = await _by_day(session, handoff, since, zone, Handoff.reason.in_(LED))
    days = answered.keys() | unclear.keys() | to_person.keys()
    return {day: AnswerCounts(answered[day], unclear[day], to_person[day]) for day in days}


async def _by_day(
    session: AsyncSession,
    moment: InstrumentedAttribute[datetime],
    since: datetime,
    zone: ZoneInfo,
    which: ColumnElement[bool],
) -> Counter[date]:
    day = cast(func.timezone(zone.key, moment), Date)
    found = await session.execute(select(day, func.count()).where(moment >= since, which).group_by(day))
    return Counter({row[0]: row[1] for row in found})
