"""Sending nudges: each is claimed, checked again, and sent at most once.

On the web chat claim, row and record are one transaction. On other channels a crash between sending and recording
leaves the nudge `unknown`: it is shown, and not sent again.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels import Blocked, Channel, TryLater, Uncertain, Undeliverable
from bot.pace import Pace
from bot.turn import DELIVERED_BY_ROW, reply_row
from dialogs.messages import Reply
from dialogs.nudges import NudgeFacts, NudgePolicy, compose_nudge, wording_of
from dialogs.ports import HandoffReason
from dialogs.state import DialogState
from dialogs.words import Words
from social_security.programmes import Scheme, Segment
from storage.database import Database
from storage.handoffs import request_person
from storage.models import Author, Contact, Conversation, Delivery, Message, NudgeState
from storage.nudges import ClaimedNudge, claim_nudges, record_nudge, suppress_nudges, why_not

log = logging.getLogger(__name__)

AT_ONCE = 16


@dataclass(frozen=True)
class Nudging:
    """What sending nudges needs. `sender` names this process in the ledger."""

    database: Database
    policy: NudgePolicy
    words: Words
    sender: str


async def send_nudges_by_row(nudging: Nudging, now: datetime) -> int:
    """Send the nudges of channels where the committed row is the delivery; returns how many."""
    async with nudging.database.transaction() as session:
        await suppress_nudges(session, now)
        claimed = await claim_nudges(session, nudging.policy, DELIVERED_BY_ROW, nudging.sender, now, AT_ONCE)
        for nudge in claimed:
            message = await _keep_message(session, nudge, _compose(nudging, nudge), now)
            await record_nudge(session, nudge.id, NudgeState.SENT, sent_at=now, message_id=message.id)
    return len(claimed)


async def send_nudges(nudging: Nudging, channel: Channel, pace: Pace, now: datetime) -> int:
    """Send the nudges of one channel; returns how many were claimed."""
    async with nudging.database.transaction() as session:
        await suppress_nudges(session, now)
        claimed = await claim_nudges(session, nudging.policy, [channel.name], nudging.sender, now, AT_ONCE)
    await asyncio.gather(*(_send(nudging, channel, pace, nudge, now) for nudge in claimed))
    return len(claimed)


async def _send(nudging: Nudging, channel: Channel, pace: Pace, nudge: ClaimedNudge, now: datetime) -> None:
    reply = _compose(nudging, nudge)
    await pace.nudge()
    async with nudging.database.sessions() as session:
        reason = await why_not(session, nudge.id, now)
    if reason is not None:
        await _end(nudging, nudge, NudgeState.SUPPRESSED, reason=reason)
        return
    try:
        channel_message_id = await channel.send(nudge.address, reply)
    except Uncertain as lost:
        await _end(nudging, nudge, NudgeState.UNKNOWN, reason=f"no_answer: {lost}")
    except TryLater as busy:
        pace.rest(busy.seconds)
        await _end(nudging, nudge, NudgeState.PLANNED)
    except Blocked:
        await _end(nudging, nudge, NudgeState.SUPPRESSED, reason="blocked")
        async with nudging.database.transaction() as session:
            await session.execute(update(Contact).where(Contact.id == nudge.contact_id).values(blocked_at=now))
            conversation = await session.get_one(Conversation, nudge.conversation_id, with_for_update=True)
            await request_person(session, conversation, HandoffReason.BLOCKED, now)
    except Undeliverable as refusal:
        await _end(nudging, nudge, NudgeState.SUPPRESSED, reason=f"undeliverable: {refusal}")
    else:
        async with nudging.database.transaction() as session:
            message = await _keep_message(session, nudge, reply, now)
            message.delivery, message.delivered_at = Delivery.SENT, now
            message.channel_message_id = channel_message_id
            await record_nudge(session, nudge.id, NudgeState.SENT, sent_at=now, message_id=message.id)


async def _end(nudging: Nudging, nudge: ClaimedNudge, state: NudgeState, reason: str | None = None) -> None:
    async with nudging.database.transaction() as session:
        await record_nudge(session, nudge.id, state, reason=reason)


async def _keep_message(session: AsyncSession, nudge: ClaimedNudge, reply: Reply, now: datetime) -> Message:
    """The nudge as a message of the conversation; its buttons are what a typed digit picks from now on."""
    conversation = (
        await session.scalars(select(Conversation).where(Conversation.id == nudge.conversation_id).with_for_update())
    ).one()
    contact = await session.get_one(Contact, nudge.contact_id)
    message = reply_row(conversation.id, contact, reply, now, author=Author.NUDGE)
    session.add(message)
    conversation.state = replace(DialogState.from_json(conversation.state), last_reply=reply).to_json()
    await session.flush()
    return message


def _compose(nudging: Nudging, nudge: ClaimedNudge) -> Reply:
    facts = NudgeFacts(
        scheme=Scheme(nudge.programme),
        segment=Segment(nudge.segment),
        month=nudge.period,
        step=nudge.step,
        due_on=nudge.due_on,
        amount=nudge.monthly_amount,
        wording=wording_of(nudging.policy, Segment(nudge.segment), nudge.step, nudge.period, nudge.conversation_id),
    )
    return compose_nudge(facts, nudging.words)
