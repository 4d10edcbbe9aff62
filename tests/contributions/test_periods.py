"""Contribution months as rows: made once from the rules, kept in line with the membership, standing as they stand."""

from __future__ import annotations

from datetime import UTC, date, datetime

from dialogs.ports import NewMembership, PeriodFacts, PeriodState
from scheduler.make_periods import make_all_periods
from social_security.programmes import Programme, Scheme, Segment
from storage.database import Database
from storage.memberships import keep_membership
from storage.models import PaymentSource
from storage.payments import Paid, record_payment
from storage.periods import periods_of, waive_period
from tests.builders import a_conversation, a_membership, participant_of

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TODAY = NOW.date()


async def a_participant(database: Database, **membership: object) -> int:
    async with database.transaction() as session:
        participant_id = await participant_of(session, await a_conversation(session))
        await a_membership(session, participant_id, **membership)  # type: ignore[arg-type]
    return participant_id


async def months(database: Database, participant_id: int) -> dict[date, PeriodFacts]:
    async with database.sessions() as session:
        return {period.month: period for period in await periods_of(session, participant_id)}


async def test_a_month_has_its_amount_and_the_due_date_that_a_sunday_moves(database: Database) -> None:
    kept = await months(database, await a_participant(database, first_month=date(2026, 11, 1)))
    assert list(kept) == [date(2026, 11, 1), date(2026, 12, 1)]
    november = kept[date(2026, 11, 1)]
    assert (november.amount, november.due_on, november.cover_stops_on) == (20_000, date(2026, 11, 16), None)
    assert november.state(date(2026, 11, 16)) is PeriodState.OPEN
    assert november.state(date(2026, 11, 17)) is PeriodState.ARREARS


async def test_the_clock_makes_each_month_once(database: Database) -> None:
    participant_id = await a_participant(database, first_month=date(2026, 11, 1), segment=Segment.PBPU)
    assert await make_all_periods(database, NOW) == 0
    assert await make_all_periods(database, datetime(2027, 1, 3, tzinfo=UTC)) == 2
    assert await make_all_periods(database, datetime(2027, 1, 3, tzinfo=UTC)) == 0
    assert (await months(database, participant_id))[date(2027, 2, 1)].cover_stops_on == date(2027, 3, 1)


async def test_a_firmer_word_replaces_a_weaker_one_and_never_the_other_way(database: Database) -> None:
    participant_id = await a_participant(database, first_month=date(2026, 10, 1))
    october = date(2026, 10, 1)
    for source, state in (
        (PaymentSource.REPORTED, PeriodState.REPORTED),
        (PaymentSource.CONFIRMED, PeriodState.PAID),
        (PaymentSource.REPORTED, PeriodState.PAID),
    ):
        async with database.transaction() as session:
            await record_payment(session, Paid(participant_id, Scheme.BPJSTK, october, source), NOW)
        assert (await months(database, participant_id))[october].state(TODAY) is state


async def test_a_changed_amount_reaches_the_unpaid_months_only(database: Database) -> None:
    participant_id = await a_participant(database, first_month=date(2026, 9, 1))
    async with database.transaction() as session:
        await record_payment(
            session, Paid(participant_id, Scheme.BPJSTK, date(2026, 9, 1), PaymentSource.CONFIRMED), NOW
        )
        changed = NewMembership(Scheme.BPJSTK, Segment.BPU, (Programme.JKK,), 36_800, date(2026, 11, 1))
        await keep_membership(session, participant_id, changed, TODAY)
    kept = await months(database, participant_id)
    assert {month: period.amount for month, period in kept.items()} == {
        date(2026, 9, 1): 20_000,
        date(2026, 11, 1): 36_800,
        date(2026, 12, 1): 36_800,
    }


async def test_a_waived_month_is_asked_of_nobody(database: Database) -> None:
    participant_id = await a_participant(database, first_month=date(2026, 10, 1))
    october = (await months(database, participant_id))[date(2026, 10, 1)]
    async with database.transaction() as session:
        assert await waive_period(session, october.id, NOW)
        assert not await waive_period(session, october.id, NOW)
    assert (await months(database, participant_id))[date(2026, 10, 1)].state(TODAY) is PeriodState.WAIVED
