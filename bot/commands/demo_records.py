"""What the demonstration records besides its conversations: steps of complaints, nudges, payments, calls made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.commands.demo_playing import Stage
from bot.commands.demo_script import ScriptedNudge, Step
from bot.desk.words import WORDS
from bot.turn import reply_row
from dialogs.complaints import promise_again
from dialogs.messages import Reply
from dialogs.nudges import DueStep, NudgeFacts, compose_nudge, due_steps, nudge_policy
from dialogs.ports import ComplaintState
from dialogs.state import DialogState
from social_security.months import add_months, month_of
from social_security.programmes import Scheme, Segment
from storage.models import (
    Author,
    Complaint,
    ComplaintEvent,
    Lead,
    Membership,
    Message,
    Nudge,
    NudgeState,
    PaymentSource,
)
from storage.payments import Paid, record_payment

#: After the planning hour a nudge goes out within minutes.
SENDING = timedelta(minutes=3)
#: Days around now in which the nudges of the script lie.
DAYS_BACK, DAYS_AHEAD = 75, 75


async def step_of_complaint(stage: Stage, step: Step, at: datetime) -> None:
    """Move the person's latest complaint on, and tell it in the conversation."""
    mine = select(Complaint).where(Complaint.participant_id == stage.participant.id).order_by(Complaint.id.desc())
    complaint = (await stage.session.scalars(mine.limit(1))).one()
    complaint.state = step.state
    complaint.reference = step.reference or complaint.reference
    if step.state is ComplaintState.REOPENED:
        complaint.promised_on = promise_again(at.date(), complaint.scheme, complaint.category)
    stage.session.add(
        ComplaintEvent(
            complaint_id=complaint.id, state=step.state, words=step.words, staff_id=stage.agent.id, created_at=at
        )
    )
    text = WORDS.say(
        f"complaint_state/{step.state.value}",
        number=complaint.number,
        words=step.words,
        reference=complaint.reference,
        promised_on=complaint.promised_on,
        scheme=Scheme(complaint.scheme) if complaint.scheme else None,
    )
    told = reply_row(
        stage.conversation.id, stage.contact, Reply(text), at, author=Author.AGENT, staff_id=stage.agent.id
    )
    stage.session.add(told)


async def put_in_ledger(stage: Stage, scripted: ScriptedNudge, due: DueStep, at: datetime) -> None:
    """Write a nudge into the ledger as it ended; a sent one is in the conversation, too."""
    mine = select(Membership).where(
        Membership.participant_id == stage.participant.id, Membership.segment == due.segment
    )
    membership = (await stage.session.scalars(mine)).one()
    was_claimed = scripted.state in {NudgeState.SENT, NudgeState.UNKNOWN}
    message = await _sent(stage, membership, due, at + SENDING) if scripted.state is NudgeState.SENT else None
    _, until_hour = nudge_policy().hours
    last_day = due.until_day - timedelta(days=1)
    stage.session.add(
        Nudge(
            participant_id=stage.participant.id,
            membership_id=membership.id,
            programme=membership.scheme,
            period=due.month,
            step=due.step,
            due_on=due.due_on,
            send_after=at,
            send_before=datetime.combine(last_day, until_hour, ZoneInfo(stage.participant.time_zone)),
            state=scripted.state,
            reason=scripted.reason,
            planned_at=at,
            claimed_at=at + SENDING if was_claimed else None,
            claimed_by="demo" if was_claimed else None,
            sent_at=message.created_at if message else None,
            message_id=message.id if message else None,
        )
    )


def nudges_with_their_time(stage: Stage, now: datetime) -> Iterator[tuple[datetime, ScriptedNudge, DueStep]]:
    """The person's nudges whose time has come, and those that are only planned, each with its hour."""
    if stage.person.dues is None:
        return
    from_hour, _ = nudge_policy().hours
    zone = ZoneInfo(stage.participant.time_zone)
    this_month = month_of(now.astimezone(zone).date())
    for scripted in stage.person.nudges:
        due = _steps(now.date())[stage.person.dues.segment, add_months(this_month, scripted.month), scripted.step]
        at = datetime.combine(due.from_day, from_hour, zone)
        if (at + SENDING > now) == (scripted.state is NudgeState.PLANNED):
            yield at, scripted, due


async def record_payments(stage: Stage, now: datetime) -> None:
    """The contribution months that an agent confirmed as paid."""
    if stage.person.dues is None:
        return
    this_month = month_of(now.astimezone(ZoneInfo(stage.participant.time_zone)).date())
    for offset in stage.person.paid:
        month, scheme = add_months(this_month, offset), stage.person.dues.segment.scheme
        amount = stage.person.dues.in_month(month)
        paid = Paid(stage.participant.id, scheme, month, PaymentSource.CONFIRMED, amount)
        await record_payment(stage.session, paid, now)


async def call_lead(stage: Stage, now: datetime) -> None:
    """Mark the person's lead as called."""
    if stage.person.called_ago is not None:
        mine = select(Lead).where(Lead.participant_id == stage.participant.id)
        (await stage.session.scalars(mine)).one().done_at = now - stage.person.called_ago


async def _sent(stage: Stage, membership: Membership, due: DueStep, at: datetime) -> Message:
    facts = NudgeFacts(
        scheme=Scheme(membership.scheme),
        segment=due.segment,
        month=due.month,
        step=due.step,
        due_on=due.due_on,
        amount=membership.monthly_amount,
    )
    reply = compose_nudge(facts, stage.assistant.words)
    message = reply_row(stage.conversation.id, stage.contact, reply, at, author=Author.NUDGE)
    stage.session.add(message)
    state = DialogState.from_json(stage.conversation.state)
    stage.conversation.state = replace(state, last_reply=reply).to_json()
    await stage.session.flush()
    return message


@cache
def _steps(today: date) -> dict[tuple[Segment, date, str], DueStep]:
    days = (today + timedelta(days=offset) for offset in range(-DAYS_BACK, DAYS_AHEAD))
    return {(due.segment, due.month, due.step): due for day in days for due in due_steps(nudge_policy(), day)}
