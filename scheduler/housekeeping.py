"""Rows that have served: ended sessions, old sign-in attempts, late invitations, half-done forms, goodbyes read."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from storage.database import Database
from storage.forgetting import forget_the_rest
from storage.models import Invitation, SignInAttempt, StaffSession
from storage.registrations import delete_abandoned

ATTEMPTS_KEPT = timedelta(days=7)
#: So long a registration waits for its form.
UNSENT_KEPT = timedelta(days=30)


async def clean_up(database: Database, now: datetime) -> None:
    """Delete them."""
    async with database.transaction() as session:
        await session.execute(delete(StaffSession).where(StaffSession.expires_at < now))
        await session.execute(delete(SignInAttempt).where(SignInAttempt.created_at < now - ATTEMPTS_KEPT))
        await session.execute(delete(Invitation).where(Invitation.expires_at < now))
        await delete_abandoned(session, now - UNSENT_KEPT)
        await forget_the_rest(session, now)
