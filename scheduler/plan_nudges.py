"""Planning nudges: every minute, for each time zone, what holds today and is not in the ledger yet."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from dialogs.nudges import NudgePolicy, due_steps
from storage.database import Database
from storage.nudges import plan_nudges


async def plan_all_due(database: Database, policy: NudgePolicy, now: datetime) -> int:
    """Plan what is due in every time zone; returns how many nudges are new."""
    planned = 0
    for zone in policy.time_zones:
        steps = due_steps(policy, now.astimezone(ZoneInfo(zone)).date())
        if steps:
            async with database.transaction() as session:
                planned += await plan_nudges(session, policy, steps, zone, now)
    return planned
