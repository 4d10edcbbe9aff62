"""The participant's own day, hour, time zone and rest; the share held out; a blocked participant becomes a task."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.channels import Attachment, Blocked
from bot.nudging import send_nudges, send_nudges_by_row
from bot.pace import Pace
from dialogs.messages import Reply
from dialogs.nudges import HeldOut
from scheduler.plan_nudges import plan_all_due
from storage.database import Database
from storage.models import Contact, Conversation, Handoff, Nudge, NudgeState, Participant, Period
from storage.nudges import plan_again
from storage.periods import waive_period
from tests.nudges.test_ledger import POLICY, WEEK_BEFORE, ledger, nudging, pay, with_members


async def choose(database: Database, participant_id: int, **values: object) -> None:
    async with database.transaction() as session:
        await session.execute(update(Participant).where(Participant.id == participant_id).values(**values))


def at(day: int, hour_utc: int = 3) -> datetime:
    """A moment of December 2026; hour 3 is 10.00 in Jakarta."""
    return datetime(2026, 12, day, hour_utc, tzinfo=UTC)


async def test_a_chosen_day_takes_the_place_of_the_days_before(database: Database) -> None:
    [participant_id] = await with_members(database, 1)
    await choose(database, participant_id, nudge_days_before=3)
    sent = {}
    for day in range(5, 20):
        await plan_all_due(database, POLICY, at(day))
        if await send_nudges_by_row(nudging(database), at(day)):
            sent[day] = (await ledger(database))[-1].step
    assert sent == {12: "own_day", 15: "due_day", 18: "after_due"}


async def test_nothing_leaves_before_the_chosen_hour(database: Database) -> None:
    [participant_id] = await with_members(database, 1)
    await choose(database, participant_id, nudge_hour=16)
    await plan_all_due(database, POLICY, at(8))
    assert await send_nudges_by_row(nudging(database), at(8, hour_utc=8)) == 0
    assert await send_nudges_by_row(nudging(database), at(8, hour_utc=9)) == 1


async def test_remind_me_tomorrow_reminds_once_more_and_not_before(database: Database) -> None:
    [participant_id] = await with_members(database, 1)
    await plan_all_due(database, POLICY, WEEK_BEFORE)
    await send_nudges_by_row(nudging(database), WEEK_BEFORE)
    tomorrow = date(2026, 12, 9)
    async with database.transaction() as session:
        assert await plan_again(session, POLICY, participant_id, tomorrow, WEEK_BEFORE)
        assert await plan_again(session, POLICY, participant_id, tomorrow, WEEK_BEFORE)
    assert await send_nudges_by_row(nudging(database), at(8, hour_utc=11)) == 0
    assert await send_nudges_by_row(nudging(database), at(9)) == 1
    assert [row.step for row in await ledger(database)] == ["week_before", "again_1209"]


async def test_nothing_leaves_while_resting(database: Database) -> None:
    [participant_id] = await with_members(database, 1)
    await choose(database, participant_id, nudges_rest_until=date(2026, 12, 10))
    await plan_all_due(database, POLICY, at(8))
    assert await send_nudges_by_row(nudging(database), at(9)) == 0
    assert await send_nudges_by_row(nudging(database), at(10)) == 1


async def test_a_month_waived_at_the_last_moment_is_not_asked_for(database: Database) -> None:
    await with_members(database, 1)
    await plan_all_due(database, POLICY, WEEK_BEFORE)
    async with database.transaction() as session:
        december = select(Period.id).where(Period.month == date(2026, 12, 1))
        await waive_period(session, (await session.scalars(december)).one(), WEEK_BEFORE)
    assert await send_nudges_by_row(nudging(database), WEEK_BEFORE) == 0
    assert [row.reason for row in await ledger(database)] == ["waived"]


async def test_a_share_is_held_out_by_hash_and_stays_so(database: Database) -> None:
    await with_members(database, 60)
    policy = POLICY.model_copy(update={"held_out": HeldOut(percent=30, experiment="desember")})
    assert await plan_all_due(database, policy, WEEK_BEFORE) == 60
    held = {row.participant_id for row in await ledger(database) if row.reason == "held_out"}
    assert 5 < len(held) < 35
    await plan_all_due(database, policy, at(15))
    later = {row.participant_id for row in await ledger(database) if row.step == "due_day" and row.reason}
    assert later == held


class BlockedChannel:
    """A channel on which the participant has blocked us."""

    name = "telegram"

    async def send(self, address: str, reply: Reply, attachments: Sequence[Attachment] = ()) -> str:
        raise Blocked


async def test_a_blocked_participant_becomes_a_task(database: Database) -> None:
    await with_members(database, 1)
    async with database.transaction() as session:
        await session.execute(update(Contact).values(channel="telegram"))
    await plan_all_due(database, POLICY, WEEK_BEFORE)
    assert await send_nudges(nudging(database), BlockedChannel(), Pace(1000), WEEK_BEFORE) == 1
    async with database.sessions() as session:
        assert (await session.scalars(select(Handoff.reason))).all() == ["blocked"]
        assert (await session.scalars(select(Conversation.holder))).all() == ["waiting"]
        assert (await session.scalars(select(Nudge.reason))).all() == ["blocked"]


@dataclass
class OpenChannel:
    """A channel on which everything arrives."""

    name: str = "telegram"
    arrived: list[str] = field(default_factory=list)

    async def send(self, address: str, reply: Reply, attachments: Sequence[Attachment] = ()) -> str:
        self.arrived.append(reply.text)
        return str(len(self.arrived))


async def test_a_payment_between_claiming_and_sending_stops_the_nudge(database: Database) -> None:
    [participant_id] = await with_members(database, 1)
    async with database.transaction() as session:
        await session.execute(update(Contact).values(channel="telegram"))
    await plan_all_due(database, POLICY, WEEK_BEFORE)
    channel, pace = OpenChannel(), Pace(1000)
    pace.rest(1)
    sending = asyncio.create_task(send_nudges(nudging(database), channel, pace, WEEK_BEFORE))
    while (await ledger(database))[0].state != NudgeState.CLAIMED:
        await asyncio.sleep(0.01)
    await pay(database, participant_id)
    await sending
    assert channel.arrived == []
    assert [(row.state, row.reason) for row in await ledger(database)] == [("suppressed", "paid")]


async def test_a_step_slept_through_by_wish_is_called_snoozed(database: Database) -> None:
    [participant_id] = await with_members(database, 1)
    await plan_all_due(database, POLICY, WEEK_BEFORE)
    await choose(database, participant_id, nudges_rest_until=date(2026, 12, 15))
    await plan_all_due(database, POLICY, at(15))
    assert await send_nudges_by_row(nudging(database), at(15)) == 1
    assert [(row.step, row.reason) for row in await ledger(database)] == [("week_before", "snoozed"), ("due_day", None)]


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
async def test_quiet_hours_hold_in_every_zone(database: Database, zone: str) -> None:
    [participant_id] = await with_members(database, 1)
    await choose(database, participant_id, time_zone=zone)
    sent = []
    for hour in range(24):
        now = WEEK_BEFORE.replace(hour=0, minute=30) - timedelta(hours=7) + timedelta(hours=hour)
        await plan_all_due(database, POLICY, now)
        if await send_nudges_by_row(nudging(database), now):
            sent.append(now)
    assert len(sent) == 1
    assert (sent[0] + {"Asia/Jakarta": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}[zone] * timedelta(hours=1)).hour == 9
