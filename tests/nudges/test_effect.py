"""What nudges add to paying in time, with its interval; figures worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from dialogs.nudges import HeldOut
from scheduler.plan_nudges import plan_all_due
from social_security.programmes import Scheme
from storage.database import Database
from storage.models import Nudge, NudgeState, PaymentSource
from storage.nudge_effect import Effect, Group, nudge_effect
from storage.nudges import NotUnknown, send_again
from storage.payments import Paid, record_payment
from tests.nudges.test_ledger import POLICY, WEEK_BEFORE, with_members


def test_the_interval_is_newcombes() -> None:
    """56/70 against 48/80: 0.2000, 0.0524 to 0.3339 (Newcombe 1998, method 10)."""
    effect = Effect(Group(70, 56), Group(80, 48))
    assert effect.difference == pytest.approx(0.2)
    assert effect.interval == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_nobody_held_out_leaves_everything_open() -> None:
    low, high = Effect(Group(10, 5), Group()).interval
    assert low < 0 < high


async def test_only_bills_that_were_due_count_and_late_payments_are_not_in_time(database: Database) -> None:
    people = await with_members(database, 30)
    policy = POLICY.model_copy(update={"held_out": HeldOut(percent=50, experiment="x")})
    await plan_all_due(database, policy, WEEK_BEFORE)
    async with database.transaction() as session:
        for nudge in await session.scalars(select(Nudge).where(Nudge.state == NudgeState.PLANNED)):
            nudge.state, nudge.sent_at = NudgeState.SENT, WEEK_BEFORE
        held = set(await session.scalars(select(Nudge.participant_id).where(Nudge.reason == "held_out")))
        for number, participant_id in enumerate(people):
            day = 14 if number % 2 else 16
            paid = Paid(
                participant_id,
                Scheme.BPJSTK,
                date(2026, 12, 1),
                PaymentSource.IMPORTED,
                paid_on=date(2026, 12, day),
            )
            await record_payment(session, paid, datetime(2026, 12, 20, tzinfo=UTC))
    in_time = {participant_id for number, participant_id in enumerate(people) if number % 2}
    async with database.sessions() as session:
        effect = await nudge_effect(session, date(2026, 12, 1), date(2026, 12, 20))
        early = await nudge_effect(session, date(2026, 12, 1), date(2026, 12, 15))
    assert effect.held_out == Group(len(held), len(held & in_time))
    assert effect.nudged == Group(30 - len(held), len(in_time - held))
    assert early == Effect(Group(), Group())


async def test_only_an_unknown_nudge_in_its_time_is_sent_again(database: Database) -> None:
    await with_members(database, 1)
    await plan_all_due(database, POLICY, WEEK_BEFORE)
    async with database.transaction() as session:
        nudge = (await session.scalars(select(Nudge))).one()
        with pytest.raises(NotUnknown):
            await send_again(session, nudge.id, WEEK_BEFORE)
        nudge.state, nudge.reason = NudgeState.UNKNOWN, "sender_died"
        with pytest.raises(NotUnknown):
            await send_again(session, nudge.id, nudge.send_before)
        assert await send_again(session, nudge.id, WEEK_BEFORE) == nudge.participant_id
        assert (await session.execute(select(Nudge.state, Nudge.reason))).one() == ("planned", None)
        assert await send_again(session, 999, WEEK_BEFORE) is None
