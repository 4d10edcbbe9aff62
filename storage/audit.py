"""The audit log: who did what at the desk, when, to which row. Entries hold no personal data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import AuditEntry, Staff


@dataclass(frozen=True)
class Audited:
    """One entry, with the name of who did it."""

    at: datetime
    who: str | None
    action: str
    subject: str
    detail: dict[str, Any]


def audit(session: AsyncSession, action: str, subject: str, staff_id: int | None, now: datetime, **detail: Any) -> None:
    """Write an entry in the transaction of what it tells. `subject` names a row, such as "conversation 12"."""
    session.add(AuditEntry(created_at=now, staff_id=staff_id, action=action, subject=subject, detail=detail))


async def newest_entries(session: AsyncSession, limit: int = 200) -> Sequence[Audited]:
    """The latest entries, newest first."""
    rows = await session.execute(
        select(AuditEntry, Staff.name)
        .outerjoin(Staff, Staff.id == AuditEntry.staff_id)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return [Audited(entry.created_at, name, entry.action, entry.subject, entry.detail) for entry, name in rows]
