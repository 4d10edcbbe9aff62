"""Senders are killed while they send nudges: none goes out twice, none is lost silently."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import ColumnElement, func, select, update

from storage.database import Database
from storage.models import Author, Direction, Membership, Message, Nudge, NudgeState, Participant
from storage.vault import load_or_make_key
from tests.builders import a_membership
from tests.processes.system import TelegramParticipant, running_system

NUDGES, KILLS = (1000, 50) if os.environ.get("PANDU_PROOF") else (120, 6)
SETTLE_SECONDS = 90
#: What only the nudge of that day says.
NUDGE_WORDS = "jatuh tempo iuran"
OPEN = (NudgeState.PLANNED, NudgeState.CLAIMED)


@pytest.mark.xdist_group("processes")
async def test_killed_senders_never_send_a_nudge_twice(database: Database, database_url: str, tmp_path: Path) -> None:
    dice = random.Random(os.environ.get("PANDU_SEED", "nudges"))
    load_or_make_key(tmp_path / "keys" / "pandu.key")
    async with running_system(database_url, tmp_path) as system, httpx.AsyncClient() as client:
        for number in range(NUDGES):
            await TelegramParticipant(system, 9000 + number).says(client, "halo")
        await _until(database, 0, Message.answered_at.is_(None), Message.direction == Direction.IN, total=NUDGES)
        await _plan(database)
        for _ in range(KILLS):
            await asyncio.sleep(dice.uniform(0.3, 2.5))
            victim = dice.choice(("sender-1", "sender-2"))
            system.kill(victim)
            system.start(victim)
        await _until(database, 0, Nudge.state.in_(OPEN))
        sent = (await client.get(f"{system.telegram}/_test/sent")).json()
    async with database.sessions() as session:
        states = {row.participant_id: row.state for row in await session.scalars(select(Nudge))}
        kept = await session.scalar(select(func.count()).where(Message.author == Author.NUDGE))
    arrived = Counter(message["chat"]["id"] for message in sent if NUDGE_WORDS in message["text"])
    assert len(states) == NUDGES
    assert set(states.values()) <= {NudgeState.SENT, NudgeState.UNKNOWN}
    assert set(arrived.values()) == {1}
    assert kept == sum(state == NudgeState.SENT for state in states.values())
    assert len(arrived) >= sum(state == NudgeState.SENT for state in states.values())


async def _plan(database: Database) -> None:
    """A planned nudge for everybody, in a time zone where it is midday now."""
    now = datetime.now(UTC)
    async with database.transaction() as session:
        await session.execute(update(Participant).values(time_zone=_where_it_is_noon(now)))
        for participant_id in (await session.scalars(select(Participant.id))).all():
            await a_membership(session, participant_id, first_month=date(2026, 1, 1))
        session.add_all(
            Nudge(
                participant_id=membership.participant_id,
                membership_id=membership.id,
                programme=membership.scheme,
                period=date(2026, 11, 1),
                step="due_day",
                due_on=date(2026, 11, 16),
                send_after=now - timedelta(hours=1),
                send_before=now + timedelta(hours=3),
                planned_at=now,
            )
            for membership in await session.scalars(select(Membership))
        )


def _where_it_is_noon(now: datetime) -> str:
    """A zone whose clock shows about noon; POSIX names count westward."""
    east = 12 - now.hour
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


async def _until(database: Database, count: int, *conditions: ColumnElement[bool], total: int | None = None) -> None:
    """Wait until so many rows meet the conditions (and, with `total`, so many messages have come in)."""
    for _ in range(SETTLE_SECONDS * 5):
        async with database.sessions() as session:
            come = await session.scalar(select(func.count()).where(Message.direction == Direction.IN))
            if await session.scalar(select(func.count()).where(*conditions)) == count and come == (total or come):
                return
        await asyncio.sleep(0.2)
    raise AssertionError(f"not {count}: {conditions}")
