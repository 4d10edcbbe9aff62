"""How articles serve: asked, whether they helped, and how often a person was needed after them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import distinct, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.ports import HandoffReason
from storage.models import ArticleRating, Handoff, Message

#: A person asked for within this time of an answer was needed because of it.
LED_WITHIN: Final = timedelta(hours=24)
#: Reasons for a person that say the answer was not enough; an emergency or a request about data is none.
LED: Final = (HandoffReason.ASKED, HandoffReason.NOT_UNDERSTOOD, HandoffReason.NOT_HELPED)


@dataclass(frozen=True)
class ArticleUse:
    """One article over a period: answers with it, participants it helped or not, answers that led to a person."""

    asked: int = 0
    helped: int = 0
    not_helped: int = 0
    to_person: int = 0


async def article_use(session: AsyncSession, since: datetime, slug: str | None = None) -> Mapping[str, ArticleUse]:
    """The use of every article that was used since then, by slug; or of one."""
    asked, rated = await _asked(session, since, slug), await _rated(session, since, slug)
    used = {}
    for name in asked.keys() | rated.keys():
        (times, to_person), (helped, not_helped) = asked.get(name, (0, 0)), rated.get(name, (0, 0))
        used[name] = ArticleUse(times, helped, not_helped, to_person)
    return used


async def _asked(session: AsyncSession, since: datetime, slug: str | None) -> dict[str, tuple[int, int]]:
    led = exists().where(
        Handoff.conversation_id == Message.conversation_id,
        Handoff.reason.in_(LED),
        Handoff.requested_at >= Message.created_at,
        Handoff.requested_at <= Message.created_at + LED_WITHIN,
    )
    served = (
        select(Message.article, func.count(), func.count().filter(led))
        .where(Message.article.is_not(None), Message.created_at >= since)
        .group_by(Message.article)
    )
    found = await session.execute(served.where(Message.article == slug) if slug else served)
    return {str(name): (asked, to_person) for name, asked, to_person in found}


async def _rated(session: AsyncSession, since: datetime, slug: str | None) -> dict[str, tuple[int, int]]:
    """Participants by their ratings; who said both counts on both sides, who said one twice counts once."""
    who = distinct(ArticleRating.participant_id)
    rated = (
        select(
            ArticleRating.slug,
            func.count(who).filter(ArticleRating.helped),
            func.count(who).filter(ArticleRating.helped.is_(False)),
        )
        .where(ArticleRating.created_at >= since)
        .group_by(ArticleRating.slug)
    )
    found = await session.execute(rated.where(ArticleRating.slug == slug) if slug else rated)
    return {name: (helped, not_helped) for name, helped, not_helped in found}
