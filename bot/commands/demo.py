"""`pandu demo`: believable people with conversations, dues, complaints and nudges, in the running Pandu's database.

Everybody has an address such as "demo-1". A visitor's address is the hash of a secret, so nobody can sign in as them.
Indonesia keeps no telephone numbers for examples; those of the demonstration begin with 0812-0000-00, are valid in form
and are called by nothing in Pandu. There are no identity numbers. A second run adds only whom the first did not.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from functools import partial

import typer
from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.bootstrap import make_assistant, now
from bot.commands.demo_playing import Stage
from bot.commands.demo_records import (
    call_lead,
    nudges_with_their_time,
    put_in_ledger,
    record_payments,
    step_of_complaint,
)
from bot.commands.demo_script import Agent, Person, read_script
from bot.commands.session import run_with_database
from bot.intake import announce, find_or_open_conversation
from bot.settings import Settings
from bot.turn import Assistant
from storage.database import Database
from storage.models import (
    ArticleRating,
    Complaint,
    Contact,
    Conversation,
    Handoff,
    Lead,
    Membership,
    Message,
    Nudge,
    Participant,
    Payment,
    Registration,
    Role,
    Staff,
)
from storage.staff import add_staff, disable_staff, find_staff

CHANNEL = "web"
Event = tuple[datetime, Callable[[datetime], Awaitable[None]]]

#: What is counted in the end, by the participants it belongs to.
COUNTED: dict[str, InstrumentedAttribute[int]] = {
    "complaints": Complaint.participant_id,
    "leads": Lead.participant_id,
    "registrations": Registration.participant_id,
    "memberships": Membership.participant_id,
    "payments": Payment.participant_id,
    "nudges": Nudge.participant_id,
    "ratings of articles": ArticleRating.participant_id,
}


def demo(settings: Settings) -> None:
    """Fill the database and say what was made."""
    made = run_with_database(settings, lambda database: fill(database, now()))
    if not made["participants"]:
        typer.echo("Everybody of the demonstration is there already; nothing was added.")
        return
    typer.echo("Added: " + ", ".join(f"{number} {what}" for what, number in made.items()) + ".")
    typer.echo("Look at them at the desk: /desk. A link for a new agent: pandu staff invite")


async def fill(database: Database, now: datetime) -> Counter[str]:
    """Add whom the database does not know yet; returns how many rows of what were made."""
    assistant, script = make_assistant(database, None), read_script()
    made: Counter[str] = Counter({"participants": 0})
    for person in script.people:
        async with database.transaction() as session:
            agent = await _agent(session, script.agent, now)
            stage = await _set_stage(session, assistant, person, agent)
            if stage is not None:
                await _perform(stage, now)
                made += await _count(stage)
    return made


async def _agent(session: AsyncSession, scripted: Agent, now: datetime) -> Staff:
    """Who answered in the past: a closed account with a password that nobody knows."""
    known = await find_staff(session, scripted.email)
    if known is not None:
        return known
    password = secrets.token_urlsafe()
    staff = await add_staff(session, Role.AGENT, name=scripted.name, email=scripted.email, password=password, now=now)
    await disable_staff(session, staff.id, now)
    return staff


async def _set_stage(session: AsyncSession, assistant: Assistant, person: Person, agent: Staff) -> Stage | None:
    """The person's conversation, locked; None when it has been played before."""
    conversation_id = await find_or_open_conversation(session, CHANNEL, person.address, person.name)
    if await session.scalar(select(exists().where(Message.conversation_id == conversation_id))):
        return None
    conversation = await session.get_one(Conversation, conversation_id)
    contact = await session.get_one(Contact, conversation.contact_id)
    participant = await session.get_one(Participant, contact.participant_id)
    return Stage(assistant, session, person, agent, participant, contact, conversation)


async def _perform(stage: Stage, now: datetime) -> None:
    """Let everything happen in the order of its time."""
    events = sorted(_events(stage, now), key=lambda event: event[0])
    for at, happens in events:
        await happens(at)
        await stage.session.flush()
    await record_payments(stage, now)
    await call_lead(stage, now)
    stage.conversation.created_at = stage.participant.created_at = events[0][0]
    await announce(stage.session, stage.conversation.id)


def _events(stage: Stage, now: datetime) -> Iterator[Event]:
    for visit in stage.person.visits:
        at = now - visit.ago
        for line in visit.lines:
            at += line.later
            yield at, partial(stage.act, line)
    for step in stage.person.complaint:
        yield now - step.ago, partial(step_of_complaint, stage, step)
    for at, scripted, due in nudges_with_their_time(stage, now):
        yield at, partial(put_in_ledger, stage, scripted, due)


async def _count(stage: Stage) -> Counter[str]:
    await stage.session.flush()
    made = Counter({"participants": 1})
    for what, column in COUNTED.items():
        made[what] = await _number(stage.session, column, stage.participant.id)
    made["messages"] = await _number(stage.session, Message.conversation_id, stage.conversation.id)
    made["requests for a person"] = await _number(stage.session, Handoff.conversation_id, stage.conversation.id)
    return made


async def _number(session: AsyncSession, column: InstrumentedAttribute[int], wanted: int) -> int:
    return int(await session.scalar(select(func.count()).where(column == wanted)) or 0)
