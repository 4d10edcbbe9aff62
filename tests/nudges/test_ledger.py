"""Nudges: who gets one, when, and never two; on a real database with several schedulers and senders."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.nudging import Nudging, send_nudges_by_row
from dialogs.nudges import due_steps, nudge_policy
from dialogs.words import Words
from scheduler.plan_nudges import plan_all_due
from social_security.programmes import Scheme, Segment
from storage.database import Database, open_database
from storage.handoffs import take_over
from storage.models import Author, Conversation, Membership, Message, Nudge, Participant, PaymentSource, Staff
from storage.nudges import claim_nudges, give_up_claimed
from storage.payments import Paid, record_payment
from storage.vault import Vault
from tests.builders import a_conversation, a_membership, participant_of

#: 15 December 2026 is a Tuesday: BPU dues of December are due; a week before is the 8th.
WEEK_BEFORE = datetime(2026, 12, 8, 2, 30, tzinfo=UTC)
POLICY = nudge_policy()


def nudging(database: Database, sender: str = "sender") -> Nudging:
    return Nudging(database, POLICY, Words(), sender)


async def with_members(database: Database, count: int, **membership: object) -> list[int]:
    async with database.transaction() as session:
        participants = []
        for _ in range(count):
            participant_id = await participant_of(session, await a_conversation(session))
            await a_membership(session, participant_id, **membership)  # type: ignore[arg-type]
            participants.append(participant_id)
    return participants


async def ledger(database: Database) -> list[Nudge]:
    async with database.sessions() as session:
        return list(await session.scalars(select(Nudge).order_by(Nudge.id)))


async def nudge_texts(database: Database) -> list[str]:
    async with database.sessions() as session:
        return list(await session.scalars(select(Message.text).where(Message.author == Author.NUDGE)))


async def test_a_nudge_is_planned_and_sent_with_its_amount_and_date(database: Database) -> None:
    await with_members(database, 1)
    assert await plan_all_due(database, POLICY, WEEK_BEFORE) == 1
    assert await send_nudges_by_row(nudging(database), WEEK_BEFORE) == 1
    [text] = await nudge_texts(database)
    assert "Rp20.000" in text
    assert "Selasa, 15 Desember 2026" in text
    [row] = await ledger(database)
    assert (row.state, row.step, row.period, row.due_on) == (
        "sent",
        "week_before",
        date(2026, 12, 1),
        date(2026, 12, 15),
    )


async def test_planning_again_adds_nothing(database: Database) -> None:
    await with_members(database, 3)
    assert await plan_all_due(database, POLICY, WEEK_BEFORE) == 3
    assert await plan_all_due(database, POLICY, WEEK_BEFORE + timedelta(minutes=1)) == 0


async def test_two_schedulers_and_four_senders_send_each_nudge_once(
    database: Database, database_url: str, vault: Vault
) -> None:
    participants = await with_members(database, 40)
    senders = [open_database(database_url, vault, pool_size=2) for _ in range(4)]
    planned = await asyncio.gather(*(plan_all_due(sender, POLICY, WEEK_BEFORE) for sender in senders[:2]))
    assert sum(planned) == 40

    async def send_all(number: int, sender: Database) -> int:
        sent = 0
        while count := await send_nudges_by_row(nudging(sender, f"sender {number}"), WEEK_BEFORE):
            sent += count
        return sent

    sent = await asyncio.gather(*(send_all(number, sender) for number, sender in enumerate(senders)))
    assert sum(sent) == 40
    async with database.sessions() as session:
        conversations = Counter(await session.scalars(select(Message.conversation_id)))
    assert len(conversations) == len(participants)
    assert set(conversations.values()) == {1}
    await asyncio.gather(*(sender.close() for sender in senders))


async def test_what_is_paid_before_planning_is_not_planned(database: Database) -> None:
    [participant_id] = await with_members(database, 1)
    await pay(database, participant_id)
    assert await plan_all_due(database, POLICY, WEEK_BEFORE) == 0


async def test_what_is_paid_after_planning_is_not_sent(database: Database) -> None:
    [participant_id] = await with_members(database, 1)
    await plan_all_due(database, POLICY, WEEK_BEFORE)
    await pay(database, participant_id)
    assert await send_nudges_by_row(nudging(database), WEEK_BEFORE) == 0
    [row] = await ledger(database)
    assert (row.state, row.reason) == ("suppressed", "paid")


async def test_who_opts_out_gets_none(database: Database) -> None:
    before, after = await with_members(database, 2)
    await opt_out(database, before)
    assert await plan_all_due(database, POLICY, WEEK_BEFORE) == 1
    await opt_out(database, after)
    assert await send_nudges_by_row(nudging(database), WEEK_BEFORE) == 0
    [row] = await ledger(database)
    assert (row.state, row.reason) == ("suppressed", "not_wanted")


async def test_sponsored_and_future_memberships_get_none(database: Database) -> None:
    await with_members(database, 1, sponsored=True)
    await with_members(database, 1, first_month=date(2027, 1, 1))
    assert await plan_all_due(database, POLICY, WEEK_BEFORE) == 0


@pytest.mark.parametrize("hour_utc", [0, 1, 13, 20])
async def test_nothing_leaves_in_quiet_hours(database: Database, hour_utc: int) -> None:
    """07.00, 08.00, 20.00 (closing) and 03.00 in Jakarta."""
    await with_members(database, 1)
    await plan_all_due(database, POLICY, WEEK_BEFORE)
    quiet = datetime(2026, 12, 9, hour_utc, 1, tzinfo=UTC)
    assert await send_nudges_by_row(nudging(database), quiet) == 0
    assert await send_nudges_by_row(nudging(database), quiet.replace(hour=3)) == 1


async def test_the_hour_is_the_participants_own(database: Database) -> None:
    [participant_id] = await with_members(database, 1)
    async with database.transaction() as session:
        await session.execute(
            update(Participant).where(Participant.id == participant_id).values(time_zone="Asia/Jayapura")
        )
    early = datetime(2026, 12, 8, 0, 30, tzinfo=UTC)
    assert await plan_all_due(database, POLICY, early) == 1
    assert await send_nudges_by_row(nudging(database), early) == 1


async def test_after_a_standstill_only_the_newest_step_is_sent(database: Database) -> None:
    await with_members(database, 1)
    await plan_all_due(database, POLICY, WEEK_BEFORE)
    due_day = datetime(2026, 12, 15, 3, 0, tzinfo=UTC)
    await plan_all_due(database, POLICY, due_day)
    assert await send_nudges_by_row(nudging(database), due_day) == 1
    assert [(row.step, row.state, row.reason) for row in await ledger(database)] == [
        ("week_before", "suppressed", "too_late"),
        ("due_day", "sent", None),
    ]


async def test_no_nudge_leaves_while_an_agent_speaks(database: Database) -> None:
    await with_members(database, 1)
    await plan_all_due(database, POLICY, WEEK_BEFORE)
    async with database.transaction() as session:
        staff = Staff(email="a@example.org", name="Ani", role="agent", password_hash="-")
        session.add(staff)
        await session.flush()
        conversation = (await session.scalars(select(Conversation))).one()
        await take_over(session, conversation, staff.id, WEEK_BEFORE)
    assert await send_nudges_by_row(nudging(database), WEEK_BEFORE) == 0
    [row] = await ledger(database)
    assert row.state == "planned"


async def test_what_a_dead_sender_claimed_stays_unknown_and_is_not_sent_again(database: Database) -> None:
    await with_members(database, 1)
    await plan_all_due(database, POLICY, WEEK_BEFORE)
    async with database.transaction() as session:
        assert len(await claim_nudges(session, POLICY, ["web"], "dead", WEEK_BEFORE, 10)) == 1
    async with database.transaction() as session:
        assert await give_up_claimed(session, ["web"]) == 1
    assert await send_nudges_by_row(nudging(database), WEEK_BEFORE) == 0
    [row] = await ledger(database)
    assert (row.state, row.claimed_by) == ("unknown", "dead")


async def test_jkn_and_bpu_are_two_bills(database: Database) -> None:
    async with database.transaction() as session:
        participant_id = await participant_of(session, await a_conversation(session))
        await a_membership(session, participant_id, segment=Segment.BPU)
        await a_membership(session, participant_id, segment=Segment.PBPU)
    assert await plan_all_due(database, POLICY, WEEK_BEFORE) == 2
    assert {(row.programme, row.due_on.day) for row in await ledger(database)} == {("bpjstk", 15), ("jkn", 10)}


async def test_a_membership_that_ended_is_left_alone(database: Database) -> None:
    await with_members(database, 1)
    await plan_all_due(database, POLICY, WEEK_BEFORE)
    async with database.transaction() as session:
        await session.execute(update(Membership).values(ended_on=date(2026, 12, 1)))
    assert await send_nudges_by_row(nudging(database), WEEK_BEFORE) == 0


def test_steps_of_one_month_never_overlap_and_leave_no_gap() -> None:
    day, seen = date(2026, 12, 1), []
    while day < date(2027, 12, 1):
        steps = [step for step in due_steps(POLICY, day) if step.segment is Segment.BPU and step.own_days is None]
        months = [step.month for step in steps]
        assert len(months) == len(set(months))
        seen += [(step.month, step.step) for step in steps]
        day += timedelta(days=1)
    whole_months = {month for month, _ in seen if date(2026, 12, 1) < month < date(2027, 11, 1)}
    for month in whole_months:
        assert {name for of, name in seen if of == month} == {step.name for step in POLICY.segments[Segment.BPU].steps}


async def pay(database: Database, participant_id: int) -> None:
    async with database.transaction() as session:
        paid = Paid(participant_id, Scheme.BPJSTK, date(2026, 12, 1), PaymentSource.REPORTED)
        await record_payment(session, paid, WEEK_BEFORE)


async def opt_out(database: Database, participant_id: int) -> None:
    async with database.transaction() as session:
        await session.execute(update(Participant).where(Participant.id == participant_id).values(nudges_wanted=False))
