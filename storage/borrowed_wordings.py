"""Participants' wordings that became ways of asking an article: taken out again when their writer is forgotten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge_base.ways_of_asking import without_questions
from storage.models import Lesson, Message, Revision, TextKind


async def return_wordings(session: AsyncSession, conversations: Collection[int]) -> None:
    """Take what was written in these conversations out of every revision that borrowed it, live or not."""
    found = await session.execute(
        select(Lesson.articles, Message.text)
        .join(Message, Message.id == Lesson.message_id)
        .where(Lesson.conversation_id.in_(conversations))
    )
    borrowed: dict[str, set[str]] = defaultdict(set)
    for slugs, text in found:
        for slug in slugs:
            borrowed[slug].add(" ".join(text.split()))
    revisions = select(Revision).where(Revision.kind == TextKind.ARTICLE, Revision.name.in_(borrowed))
    for revision in await session.scalars(revisions.with_for_update()):
        revision.text = without_questions(revision.text, borrowed[revision.name])
