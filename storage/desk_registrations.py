"""Registrations as the desk works through them: masked, opened for a reason, accepted, or asked for once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.enrolment_items import TOLD
from dialogs.registrations import ItemKind, RegistrationKind, RegistrationState
from storage.audit import audit
from storage.desk_inbox import masked
from storage.desk_records import LONGEST_LIST, masked_name
from storage.models import Registration, RegistrationEvent, RegistrationItem, Staff
from storage.registrations import (
    IssuedLink,
    details_of,
    items_of,
    note_event,
    renew_link,
    value_of,
)
from storage.staff_sessions import SignedIn
from storage.vault import Vault

_HIDDEN = "•••"
#: Told in chat and shown only when opened for a reason.
_PERSONAL = frozenset({"born", "address", "email", "baby_born"})
_NAMES = frozenset({"name", "baby"})


class NotFiled(Exception):
    """The registration waits for the participant, or is accepted already."""


@dataclass(frozen=True)
class RegistrationRow:
    """A registration in the list, its name masked."""

    number: str
    kind: str
    state: str
    name: str
    monthly_amount: int | None
    promised_on: date
    created_at: datetime


@dataclass(frozen=True)
class RegistrationFile:
    """One registration. `details` are masked unless opened; `doubles` are numbers with the same NIK, by item."""

    registration: Registration
    details: Mapping[str, Any]
    items: Sequence[RegistrationItem]
    events: Sequence[tuple[RegistrationEvent, str | None]]
    doubles: Mapping[str, Sequence[str]]
    #: Identity numbers by item, when the registration was opened.
    numbers: Mapping[str, str]
    opened: bool = False


async def registrations(
    session: AsyncSession, vault: Vault, state: RegistrationState | None = None
) -> list[RegistrationRow]:
    """Registrations in a state, what was promised first on top; without one all that are not accepted."""
    chosen = Registration.state == state if state else Registration.state != RegistrationState.ACCEPTED
    rows = select(Registration).where(chosen).order_by(Registration.promised_on, Registration.id).limit(LONGEST_LIST)
    return [
        RegistrationRow(
            number=row.number,
            kind=row.kind,
            state=row.state,
            name=masked_name(details_of(vault, row)["name"]),
            monthly_amount=row.monthly_amount,
            promised_on=row.promised_on,
            created_at=row.created_at,
        )
        for row in await session.scalars(rows)
    ]


async def registration_counts(session: AsyncSession) -> dict[RegistrationState, int]:
    """How many registrations stand in each state."""
    rows = await session.execute(select(Registration.state, func.count()).group_by(Registration.state))
    found = dict(rows.all())
    return {state: found.get(state, 0) for state in RegistrationState}


async def registration_file(session: AsyncSession, vault: Vault, number: str) -> RegistrationFile | None:
    """One registration by its number, masked."""
    registration = await session.scalar(select(Registration).where(Registration.number == number))
    if registration is None:
        return None
    items = await items_of(session, registration.id)
    return RegistrationFile(
        registration,
        _masked(details_of(vault, registration)),
        items,
        await _events(session, registration.id),
        await _doubles(session, registration.id, items),
        numbers={},
    )


async def open_registration(
    session: AsyncSession, vault: Vault, who: SignedIn, number: str, reason: str, now: datetime
) -> RegistrationFile | None:
    """One registration with everything readable, for a reason that goes into the audit log."""
    found = await registration_file(session, vault, number)
    if found is None:
        return None
    audit(session, "registration_opened", f"registration {found.registration.id}", who.staff_id, now, reason=reason)
    return RegistrationFile(
        found.registration,
        details_of(vault, found.registration),
        found.items,
        found.events,
        found.doubles,
        numbers=await _numbers(session, vault, found.items),
        opened=True,
    )


async def open_document(
    session: AsyncSession, vault: Vault, who: SignedIn, number: str, name: str, now: datetime, reason: str
) -> tuple[bytes, str] | None:
    """A document and its media type, for a reason that goes into the audit log; None when there is none."""
    item = await session.scalar(
        select(RegistrationItem)
        .join(Registration, Registration.id == RegistrationItem.registration_id)
        .where(
            Registration.number == number, RegistrationItem.name == name, RegistrationItem.kind == ItemKind.FILE.value
        )
    )
    content = await value_of(session, vault, item) if item else None
    if item is None or content is None:
        return None
    subject = f"registration {item.registration_id}"
    audit(session, "registration_document", subject, who.staff_id, now, reason=reason, item=name)
    return content, item.media_type or "application/octet-stream"


async def accept(session: AsyncSession, who: SignedIn, number: str, words: str, now: datetime) -> Registration | None:
    """Accept a filed registration; `words` are told to the participant. Raises `NotFiled`."""
    registration = await _locked(session, number)
    if registration is None:
        return None
    if registration.state != RegistrationState.FILED:
        raise NotFiled
    registration.state = RegistrationState.ACCEPTED
    note_event(session, registration, now, words=words, staff_id=who.staff_id)
    audit(session, "registration_accepted", f"registration {registration.id}", who.staff_id, now)
    return registration


async def ask_again(
    session: AsyncSession, vault: Vault, who: SignedIn, number: str, name: str, words: str, now: datetime
) -> tuple[Registration, RegistrationItem, IssuedLink] | None:
    """Say what is missing or unreadable: only that opens again, by a new link. Raises `NotFiled`."""
    registration = await _locked(session, number)
    if registration is None:
        return None
    if registration.state not in {RegistrationState.FILED, RegistrationState.INCOMPLETE}:
        raise NotFiled
    item = next((item for item in await items_of(session, registration.id) if item.name == name), None)
    if item is None and name in TOLD and name in details_of(vault, registration):
        item = RegistrationItem(registration_id=registration.id, name=name, kind=ItemKind.TOLD, required=True)
        session.add(item)
    if item is None:
        return None
    item.refused = words
    item.value_sealed = item.value_hash = item.given_at = item.warning = item.media_type = item.size = None
    registration.state = RegistrationState.INCOMPLETE
    note_event(session, registration, now, words=words, staff_id=who.staff_id)
    audit(session, "registration_item_refused", f"registration {registration.id}", who.staff_id, now, item=name)
    return registration, item, await renew_link(session, registration, now)


async def recap(
    session: AsyncSession, vault: Vault, who: SignedIn, kind: RegistrationKind, reason: str, now: datetime
) -> list[dict[str, Any]]:
    """Every person of the accepted registrations of a kind, to be typed over into BPJS's form; audited."""
    rows = await session.scalars(
        select(Registration)
        .where(Registration.state == RegistrationState.ACCEPTED, Registration.kind == kind)
        .order_by(Registration.id)
    )
    people: list[dict[str, Any]] = []
    for registration in rows.all():
        details = details_of(vault, registration)
        numbers = await _numbers(session, vault, await items_of(session, registration.id))
        common = {**details, **numbers, "number": registration.number, "monthly_amount": registration.monthly_amount}
        people.append(common)
        people += [
            {**common, **member, "nik": numbers.get(f"nik_{place}")}
            for place, member in enumerate(details.get("members", ()), start=1)
        ]
    audit(
        session, "registrations_exported", f"registrations {kind}", who.staff_id, now, reason=reason, rows=len(people)
    )
    return people


async def _locked(session: AsyncSession, number: str) -> Registration | None:
    return await session.scalar(select(Registration).where(Registration.number == number).with_for_update())


async def _numbers(session: AsyncSession, vault: Vault, items: Sequence[RegistrationItem]) -> dict[str, str]:
    found = {}
    for item in items:
        value = await value_of(session, vault, item) if item.kind in {ItemKind.NIK, ItemKind.KK} else None
        if value is not None:
            found[item.name] = value.decode()
    return found


async def _events(session: AsyncSession, registration_id: int) -> list[tuple[RegistrationEvent, str | None]]:
    rows = await session.execute(
        select(RegistrationEvent, Staff.name)
        .outerjoin(Staff, Staff.id == RegistrationEvent.staff_id)
        .where(RegistrationEvent.registration_id == registration_id)
        .order_by(RegistrationEvent.id)
    )
    return [(event, name) for event, name in rows]


async def _doubles(
    session: AsyncSession, registration_id: int, items: Sequence[RegistrationItem]
) -> dict[str, list[str]]:
    """Numbers of other registrations that hold the same NIK, found by its keyed hash."""
    hashes = {item.value_hash: item.name for item in items if item.kind == ItemKind.NIK and item.value_hash}
    rows = await session.execute(
        select(RegistrationItem.value_hash, Registration.number)
        .join(Registration, Registration.id == RegistrationItem.registration_id)
        .where(RegistrationItem.value_hash.in_(hashes), RegistrationItem.registration_id != registration_id)
    )
    found: dict[str, list[str]] = {}
    for value_hash, number in rows:
        if value_hash is not None:
            found.setdefault(hashes[value_hash], []).append(number)
    return found


def _masked(details: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, value in details.items():
        if name == "members":
            shown[name] = [_masked(member) for member in value]
        elif name == "phone":
            shown[name] = masked(value)
        elif name in _NAMES:
            shown[name] = masked_name(value)
        else:
            shown[name] = _HIDDEN if name in _PERSONAL else value
    return shown
