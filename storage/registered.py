"""The membership that begins with an accepted registration, so that its bills, standing and nudges are known here."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.ports import NewMembership
from dialogs.registrations import RegistrationKind
from social_security.due_dates import next_due_on
from social_security.programmes import Programme, Scheme, Segment
from social_security.waits import jkn_first_payment
from storage.memberships import keep_membership
from storage.models import Membership, Registration
from storage.registrations import details_of
from storage.vault import Vault


async def begin_membership(session: AsyncSession, vault: Vault, registration: Registration, today: date) -> None:
    """Keep the membership of a registration, unless one runs in that scheme already; a newborn joins its family's."""
    begun = _begun(registration, details_of(vault, registration), today)
    if begun is not None and not await _runs(session, registration.participant_id, begun.scheme):
        await keep_membership(session, registration.participant_id, begun, today)


def _begun(registration: Registration, details: dict[str, object], today: date) -> NewMembership | None:
    """The membership with the first month that can still be paid in time.

    A new family pays JKN for the first time when its waiting days are over.
    """
    if registration.kind == RegistrationKind.BPU:
        named = details["programmes"]
        assert isinstance(named, list)
        programmes = tuple(Programme(name) for name in named)
        first = next_due_on(Segment.BPU, today).month
        return NewMembership(Scheme.BPJSTK, Segment.BPU, programmes, registration.monthly_amount, first)
    if registration.kind == RegistrationKind.FAMILY:
        first = next_due_on(Segment.PBPU, jkn_first_payment(today).first.day).month
        return NewMembership(Scheme.JKN, Segment.PBPU, (Programme.JKN,), registration.monthly_amount, first)
    return None


async def _runs(session: AsyncSession, participant_id: int, scheme: Scheme) -> bool:
    running = select(Membership.id).where(
        Membership.participant_id == participant_id, Membership.scheme == scheme, Membership.ended_on.is_(None)
    )
    return await session.scalar(running) is not None
