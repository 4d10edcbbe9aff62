"""`pandu demo`: what it puts into a real database, on any day, and that a second run adds nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import phonenumbers
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from bot.commands.demo import fill
from bot.commands.demo_script import PEOPLE, read_script
from bot.webchat.visitor import new_visitor
from dialogs.nudges import nudge_policy
from dialogs.ports import ComplaintState, HandoffReason
from dialogs.registrations import RegistrationState
from dialogs.turns import Decision
from scheduler.plan_nudges import plan_all_due
from storage.database import Database
from storage.desk_inbox import Shelf, shelf
from storage.models import (
    Author,
    Base,
    Complaint,
    Consent,
    Contact,
    Conversation,
    Handoff,
    Holder,
    Lead,
    Membership,
    Message,
    Nudge,
    NudgeState,
    Payment,
    Registration,
)
from storage.staff import any_staff
from storage.vault import Vault

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TABLES: Sequence[type[Base]] = (Contact, Message, Complaint, Lead, Membership, Payment, Nudge, Handoff, Consent)
Column = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


async def values(database: Database, column: Column) -> set[str | None]:
    """The different values of a column."""
    async with database.sessions() as session:
        return set(await session.scalars(select(column).distinct()))


async def sizes(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    async with database.sessions() as session:
        counted = {table.__tablename__: select(func.count()).select_from(table) for table in TABLES}
        return {name: int(await session.scalar(count) or 0) for name, count in counted.items()}


async def test_the_desk_has_something_of_everything(database: Database) -> None:
    made = await fill(database, NOW)
    assert made["participants"] == len(read_script().people)
    assert await values(database, Complaint.state) == set(ComplaintState)
    assert await values(database, Registration.state) == {RegistrationState.WAITING_FORM}
    assert await values(database, Nudge.state) == set(NudgeState) - {NudgeState.CLAIMED}
    assert await values(database, Message.author) == set(Author)
    async with database.sessions() as session:
        waiting = await shelf(session, Shelf.WAITING, 0, NOW)
        overdue = await session.scalar(
            select(func.count())
            .select_from(Complaint)
            .where(Complaint.promised_on < NOW.date(), Complaint.state == ComplaintState.UNDER_REVIEW)
        )
    assert waiting[0].reason == HandoffReason.EMERGENCY
    assert {HandoffReason.ASKED, HandoffReason.PRIVACY, HandoffReason.NOT_HELPED} < {row.reason for row in waiting}
    assert overdue == 1


async def test_a_second_run_adds_nothing(database: Database) -> None:
    await fill(database, NOW)
    before = await sizes(database)
    again = await fill(database, NOW)
    assert again.total() == 0
    assert await sizes(database) == before


@pytest.mark.parametrize(
    "now",
    [datetime(2026, 12, 31, 16, 30, tzinfo=UTC), datetime(2027, 3, 1, 0, 30, tzinfo=UTC)],
    ids=["last day of a year", "first day of March"],
)
async def test_it_fits_any_day_and_the_planner_goes_on_from_it(database: Database, now: datetime) -> None:
    await fill(database, now)
    assert {NudgeState.SENT, NudgeState.UNKNOWN, NudgeState.PLANNED} <= await values(database, Nudge.state)
    await plan_all_due(database, nudge_policy(), now)
    async with database.sessions() as session:
        untimely = await session.scalars(
            select(Nudge.id).where((Nudge.send_after > now) & (Nudge.state != NudgeState.PLANNED))
        )
        late_messages = await session.scalars(select(Message.id).where(Message.created_at > now))
        assert untimely.all() == []
        assert late_messages.all() == []


async def test_every_answer_is_the_engine_s_and_fits(database: Database) -> None:
    await fill(database, NOW)
    async with database.sessions() as session:
        asked = (await session.scalars(select(Message).where(Message.author == Author.PARTICIPANT))).all()
        answered = set(await session.scalars(select(Message.answers_id).where(Message.author == Author.BOT)))
    assert [message.text for message in asked if message.decision == Decision.NOT_UNDERSTOOD] == []
    assert all(message.answered_at for message in asked)
    assert {message.id for message in asked if message.decision} == answered


async def test_what_is_personal_is_sealed_and_agreed_to(database: Database, vault: Vault) -> None:
    await fill(database, NOW)
    async with database.sessions() as session:
        leads = (await session.scalars(select(Lead))).all()
        kept = {lead.participant_id for lead in leads} | set(await session.scalars(select(Membership.participant_id)))
        agreed = set(await session.scalars(select(Consent.participant_id)))
    phones = [phonenumbers.parse(vault.open_text(lead.phone_sealed, "leads.phone")) for lead in leads]
    assert {lead.done_at is None for lead in leads} == {True, False}
    assert kept <= agreed
    assert all(phonenumbers.is_valid_number(phone) for phone in phones)
    assert all(str(phone.national_number).startswith("812000000") for phone in phones)


async def test_nobody_can_sign_in_as_the_people_of_the_demonstration(database: Database) -> None:
    await fill(database, NOW)
    addresses = await values(database, Contact.address)
    assert addresses == {person.address for person in read_script().people}
    assert len(new_visitor().address) not in {len(address or "") for address in addresses}
    async with database.sessions() as session:
        assert not await any_staff(session)
        held = await session.scalars(select(Conversation.id).where(Conversation.holder == Holder.AGENT))
        assert held.all() == []


def test_the_script_has_no_identity_number() -> None:
    digits = re.sub(r"(?<=\d)[ .\-](?=\d)", "", PEOPLE.read_text(encoding="utf-8"))
    assert re.findall(r"\d{14,}", digits) == []
