"""What a participant may know, correct and take back of their own data."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.ports import ConsentFacts, KeptFacts, LeadFacts, Purpose
from storage.models import Base, Consent, Lead, Participant
from storage.registrations import forget_registrations
from storage.vault import Vault

#: Tables of which the participant is told, and the column that says whose a row is.
KEPT: Final = {
    "messages": "conversation_id",
    "files": "conversation_id",
    "leads": "participant_id",
    "complaints": "participant_id",
    "registrations": "participant_id",
    "memberships": "participant_id",
    "payments": "participant_id",
}


async def leads_of(session: AsyncSession, participant_id: int) -> list[LeadFacts]:
    """A participant's wishes to be contacted, newest first."""
    rows = await session.scalars(select(Lead).where(Lead.participant_id == participant_id).order_by(Lead.id.desc()))
    return [LeadFacts(row.number, row.created_at, row.done_at) for row in rows]


async def kept_of(session: AsyncSession, participant_id: int, conversation_id: int) -> list[KeptFacts]:
    """How much is kept of a participant, by kind, in the order of `KEPT`."""
    whose = {"participant_id": participant_id, "conversation_id": conversation_id}
    found = []
    for name, column in KEPT.items():
        table: Any = Base.metadata.tables.get(name)
        if table is None:
            continue
        counted = select(func.count(), func.min(table.c.created_at), func.max(table.c.created_at))
        number, first, last = (await session.execute(counted.where(table.c[column] == whose[column]))).one()
        if number:
            found.append(KeptFacts(name, number, first, last))
    return found


async def consents_of(session: AsyncSession, participant_id: int) -> list[ConsentFacts]:
    """The consents of a participant that hold, the newest of each purpose."""
    rows = await session.scalars(
        select(Consent)
        .where(Consent.participant_id == participant_id, Consent.withdrawn_at.is_(None))
        .order_by(Consent.id)
    )
    newest = {row.purpose: row for row in rows}
    return [ConsentFacts(Purpose(row.purpose), row.text_version, row.given_at) for row in newest.values()]


async def withdraw_consent(session: AsyncSession, participant_id: int, purpose: Purpose, now: datetime) -> None:
    """End a consent: what was left for it is deleted (UU 27/2022, articles 40 and 43), nudges stop."""
    await session.execute(
        update(Consent)
        .where(Consent.participant_id == participant_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    if purpose is Purpose.CONTACT:
        await session.execute(delete(Lead).where(Lead.participant_id == participant_id))
    if purpose is Purpose.REGISTRATION:
        await forget_registrations(session, participant_id)
    if purpose is Purpose.NUDGES:
        await session.execute(update(Participant).where(Participant.id == participant_id).values(nudges_wanted=False))


async def correct_contact(
    session: AsyncSession, vault: Vault, participant_id: int, name: str | None, phone: str | None
) -> bool:
    """Correct name or number in every wish to be contacted; False when there is none."""
    rows = (await session.scalars(select(Lead).where(Lead.participant_id == participant_id).with_for_update())).all()
    for lead in rows:
        if name:
            lead.name_sealed = vault.seal(name, "leads.name")
        if phone:
            lead.phone_sealed = vault.seal(phone, "leads.phone")
            lead.phone_hash = vault.fingerprint(phone)
    return bool(rows)
