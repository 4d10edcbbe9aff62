"""Which approved texts are live at a moment; every process overlays the repository's files with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Revision, RevisionState, TextKind

#: NOTIFY channel on which a change of what is live is announced.
TEXTS_NEWS = "pandu_texts"
_EFFECTIVE = (RevisionState.APPROVED, RevisionState.WITHDRAWN)


@dataclass(frozen=True)
class LiveText:
    """A text that stands in for the repository's; None means withdrawn."""

    number: int
    text: str | None


@dataclass(frozen=True)
class LiveTexts:
    """All texts that differ from the repository, and when the next one becomes live."""

    articles: Mapping[str, LiveText]
    regulations: Mapping[str, LiveText]
    next_at: datetime | None


async def live_texts(session: AsyncSession, now: datetime) -> LiveTexts:
    """For each text the newest approved revision whose time has come."""
    newest = (
        select(Revision.kind, Revision.name, Revision.number, Revision.state, Revision.text)
        .where(Revision.state.in_(_EFFECTIVE), Revision.publish_at <= now)
        .ext(distinct_on(Revision.kind, Revision.name))
        .order_by(Revision.kind, Revision.name, Revision.number.desc())
    )
    by_kind: dict[str, dict[str, LiveText]] = {kind: {} for kind in TextKind}
    for kind, name, number, state, text in await session.execute(newest):
        by_kind[kind][name] = LiveText(number, None if state == RevisionState.WITHDRAWN else text)
    following = select(func.min(Revision.publish_at)).where(Revision.state.in_(_EFFECTIVE), Revision.publish_at > now)
    next_at = await session.scalar(following)
    return LiveTexts(by_kind[TextKind.ARTICLE], by_kind[TextKind.REGULATION], next_at)
