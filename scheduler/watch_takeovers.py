"""Takeovers without a word for hours go back to the waiting list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from storage.database import NEWS, Database
from storage.handoffs import return_silent


async def return_silent_takeovers(database: Database, now: datetime) -> int:
    """Return them and tell every process; returns how many."""
    async with database.transaction() as session:
        returned = await return_silent(session, now)
        for conversation_id in returned:
            await session.execute(select(func.pg_notify(NEWS, str(conversation_id))))
    return len(returned)
