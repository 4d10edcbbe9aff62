"""Everything already known of the participant behind a conversation, for whoever takes it over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.ports import MembershipFacts
from dialogs.registrations import RegistrationFacts
from storage.desk_inbox import masked
from storage.memberships import memberships_of
from storage.models import (
    Complaint,
    Consent,
    Contact,
    Conversation,
    Handoff,
    Lead,
    Message,
    Note,
    Participant,
    Staff,
)
from storage.registrations import registrations_of


@dataclass(frozen=True)
class Head:
    """Whose conversation it is, and who holds it."""

    conversation: Conversation
    participant: Participant
    channel: str
    address: str
    display_name: str | None
    blocked: bool
    agent_name: str | None
    handoff: Handoff | None


@dataclass(frozen=True)
class CaseFile:
    """What the participant left behind so far. Sealed values stay sealed."""

    registrations: Sequence[RegistrationFacts]
    leads: Sequence[Lead]
    complaints: Sequence[Complaint]
    memberships: Sequence[MembershipFacts]
    consents: Sequence[Consent]
    handoffs: Sequence[tuple[Handoff, str | None]]
    notes: Sequence[tuple[Note, str]]


async def head_of(session: AsyncSession, conversation_id: int) -> Head | None:
    """The head of a conversation, if there is one of that number."""
    row = (
        await session.execute(
            select(Conversation, Participant, Contact, Staff.name, Handoff)
            .join(Contact, Contact.id == Conversation.contact_id)
            .join(Participant, Participant.id == Contact.participant_id)
            .outerjoin(Staff, Staff.id == Conversation.agent_id)
            .outerjoin(Handoff, (Handoff.conversation_id == Conversation.id) & Handoff.released_at.is_(None))
            .where(Conversation.id == conversation_id)
        )
    ).one_or_none()
    if row is None:
        return None
    conversation, participant, contact, agent_name, handoff = row
    return Head(
        conversation=conversation,
        participant=participant,
        channel=contact.channel,
        address=masked(contact.address),
        display_name=contact.display_name,
        blocked=contact.blocked_at is not None,
        agent_name=agent_name,
        handoff=handoff,
    )


async def case_file(session: AsyncSession, head: Head) -> CaseFile:
    """What is known of the participant, newest first."""
    whose, where = head.participant.id, head.conversation.id
    leads = await session.scalars(select(Lead).where(Lead.participant_id == whose).order_by(Lead.id.desc()))
    complaints = await session.scalars(
        select(Complaint).where(Complaint.participant_id == whose).order_by(Complaint.id.desc())
    )
    consents = await session.scalars(select(Consent).where(Consent.participant_id == whose).order_by(Consent.id.desc()))
    handoffs = await session.execute(
        select(Handoff, Staff.name)
        .outerjoin(Staff, Staff.id == Handoff.staff_id)
        .where(Handoff.conversation_id == where)
        .order_by(Handoff.id.desc())
        .limit(10)
    )
    notes = await session.execute(
        select(Note, Staff.name)
        .join(Staff, Staff.id == Note.staff_id)
        .where(Note.conversation_id == where)
        .order_by(Note.id.desc())
    )
    return CaseFile(
        registrations=await registrations_of(session, whose),
        leads=leads.all(),
        complaints=complaints.all(),
        memberships=await memberships_of(session, whose),
        consents=consents.all(),
        handoffs=list(handoffs),
        notes=list(notes),
    )


async def state_of(session: AsyncSession, conversation_id: int) -> tuple[object, ...] | None:
    """What changes when anything but the transcript's end changes; None when the conversation is gone."""
    undelivered = (
        select(func.count())
        .where(
            Message.conversation_id == conversation_id, or_(Message.delivery == "queued", Message.delivery == "claimed")
        )
        .scalar_subquery()
    )
    newest_note = select(func.max(Note.id)).where(Note.conversation_id == conversation_id).scalar_subquery()
    row = (
        await session.execute(
            select(Conversation.holder, Conversation.agent_id, Conversation.state, newest_note, undelivered).where(
                Conversation.id == conversation_id
            )
        )
    ).one_or_none()
    return tuple(row) if row else None
