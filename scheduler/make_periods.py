"""Contribution months: every hour, the months that running memberships do not have yet."""

from __future__ import annotations

from datetime import datetime

from storage.database import Database
from storage.periods import make_periods


async def make_all_periods(database: Database, now: datetime) -> int:
    """Make them by one statement; returns how many are new."""
    async with database.transaction() as session:
        return await make_periods(session, now.date())
