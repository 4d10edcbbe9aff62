"""Registrations: filing one, the one-time links to its form, and what the form brings."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.registrations import OPEN_STATES, NewRegistration, RegistrationFacts, RegistrationKind, RegistrationState
from storage.models import Conversation, FormLink, Lead, Registration, RegistrationEvent, RegistrationItem
from storage.numbers import NumberKind, new_number
from storage.staff import new_token, token_hash
from storage.vault import Vault

#: So long a link to the form works.
LINK_TERM = timedelta(minutes=30)
_ADDRESS = re.compile(r"(/formulir/)[A-Za-z0-9_-]{43}")
_DETAILS = "registrations.details"
_ITEM = "registration_items.value"
#: What somebody told once is not asked again.
_PERSONAL = ("name", "born", "address", "phone", "email", "occupation")


class LinkProblem(StrEnum):
    """Why a link opens no form."""

    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"


class LinkVoid(Exception):
    """The link opens no form (any more)."""

    def __init__(self, problem: LinkProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class IssuedLink:
    """A fresh link: the token is nowhere else but in its address."""

    number: str
    token: str
    until: datetime


@dataclass(frozen=True)
class OpenForm:
    """A form that can be filled in, its rows locked."""

    link: FormLink
    registration: Registration
    details: Mapping[str, Any]
    items: Sequence[RegistrationItem]

    @property
    def asked(self) -> list[RegistrationItem]:
        """What this form asks for: everything at first, later only what an agent could not use."""
        if self.registration.state == RegistrationState.WAITING_FORM:
            return list(self.items)
        return [item for item in self.items if item.refused]

    @property
    def missing(self) -> list[RegistrationItem]:
        """What must still be given before the form can be sent."""
        return [item for item in self.asked if item.given_at is None and (item.required or item.refused)]


async def file_registration(
    session: AsyncSession,
    vault: Vault,
    conversation: Conversation,
    participant_id: int,
    filed: NewRegistration,
    now: datetime,
) -> IssuedLink:
    """Keep a registration with what its form will ask for; returns the link to that form."""
    registration = Registration(
        number=new_number(NumberKind.REGISTRATION),
        participant_id=participant_id,
        conversation_id=conversation.id,
        kind=filed.kind,
        state=RegistrationState.WAITING_FORM,
        details_sealed=vault.seal(json.dumps(dict(filed.details)), _DETAILS),
        monthly_amount=filed.monthly_amount,
        promised_on=filed.promised_on,
        created_at=now,
    )
    session.add(registration)
    await session.flush()
    session.add_all(
        RegistrationItem(
            registration_id=registration.id, name=item.name, kind=item.kind, person=item.person, required=item.required
        )
        for item in filed.items
    )
    note_event(session, registration, now)
    return issue_link(session, registration, now)


def note_event(
    session: AsyncSession,
    registration: Registration,
    now: datetime,
    *,
    words: str | None = None,
    staff_id: int | None = None,
) -> None:
    """Write the state a registration has now into its history."""
    session.add(
        RegistrationEvent(
            registration_id=registration.id, state=registration.state, words=words, staff_id=staff_id, created_at=now
        )
    )


def issue_link(session: AsyncSession, registration: Registration, now: datetime) -> IssuedLink:
    """A new link to a registration's form."""
    token, until = new_token(), now + LINK_TERM
    session.add(
        FormLink(token_hash=token_hash(token), registration_id=registration.id, created_at=now, expires_at=until)
    )
    return IssuedLink(registration.number, token, until)


def form_address(site: str, token: str) -> str:
    """Where a link leads, on the site at that address."""
    return f"{site.rstrip('/')}/formulir/{token}"


def without_links(text: str) -> str:
    """A text in which links to forms lead nowhere: whoever reads along must not fill them in."""
    return _ADDRESS.sub(r"\1•••", text)


async def renew_link(session: AsyncSession, registration: Registration, now: datetime) -> IssuedLink:
    """A new link that ends all older ones."""
    await session.execute(
        update(FormLink)
        .where(
            FormLink.registration_id == registration.id,
            FormLink.used_at.is_(None),
            FormLink.expires_at > now,
        )
        .values(expires_at=now)
    )
    return issue_link(session, registration, now)


async def newest_open(
    session: AsyncSession, participant_id: int, kind: RegistrationKind | None = None
) -> Registration | None:
    """The newest registration of a participant that waits for its form, locked."""
    waiting = select(Registration).where(
        Registration.participant_id == participant_id, Registration.state.in_(OPEN_STATES)
    )
    if kind is not None:
        waiting = waiting.where(Registration.kind == kind)
    return await session.scalar(waiting.order_by(Registration.id.desc()).limit(1).with_for_update())


async def open_form(session: AsyncSession, vault: Vault, token: str, now: datetime) -> OpenForm:
    """The form of a link, locked. Raises `LinkVoid`."""
    link = await session.get(FormLink, token_hash(token), with_for_update=True)
    if link is None:
        raise LinkVoid(LinkProblem.UNKNOWN)
    registration = await session.get_one(Registration, link.registration_id, with_for_update=True)
    if link.used_at is not None or registration.state not in OPEN_STATES:
        raise LinkVoid(LinkProblem.USED)
    if link.expires_at <= now:
        raise LinkVoid(LinkProblem.EXPIRED)
    return OpenForm(link, registration, details_of(vault, registration), await items_of(session, registration.id))


async def renew_from(session: AsyncSession, token: str, now: datetime) -> tuple[Registration, IssuedLink | None]:
    """A new link for whom an old one ended, to be sent to their chat only; none while another one still works.

    Raises `LinkVoid` when there is nothing to fill in, or the link works yet.
    """
    link = await session.get(FormLink, token_hash(token), with_for_update=True)
    if link is None or (link.used_at is None and link.expires_at > now):
        raise LinkVoid(LinkProblem.UNKNOWN)
    registration = await session.get_one(Registration, link.registration_id, with_for_update=True)
    if registration.state not in OPEN_STATES:
        raise LinkVoid(LinkProblem.USED)
    working = exists().where(
        FormLink.registration_id == registration.id, FormLink.used_at.is_(None), FormLink.expires_at > now
    )
    if await session.scalar(select(working)):
        return registration, None
    return registration, issue_link(session, registration, now)


async def items_of(session: AsyncSession, registration_id: int) -> Sequence[RegistrationItem]:
    """What a registration's form asks for, in its order."""
    rows = select(RegistrationItem).where(RegistrationItem.registration_id == registration_id)
    return (await session.scalars(rows.order_by(RegistrationItem.id))).all()


def details_of(vault: Vault, registration: Registration) -> dict[str, Any]:
    """What was told in chat."""
    details: dict[str, Any] = json.loads(vault.open_text(registration.details_sealed, _DETAILS))
    return details


def keep_number(vault: Vault, item: RegistrationItem, digits: str, warning: str | None, now: datetime) -> None:
    """Seal an identity number into its item."""
    item.value_sealed = vault.seal(digits, _ITEM)
    item.value_hash = vault.fingerprint(digits)
    item.warning = warning
    item.given_at = now


def keep_told(vault: Vault, form: OpenForm, item: RegistrationItem, value: str, now: datetime) -> None:
    """Correct what was told in chat."""
    details = {**details_of(vault, form.registration), item.name: value}
    form.registration.details_sealed = vault.seal(json.dumps(details), _DETAILS)
    item.given_at = now


def keep_document(vault: Vault, item: RegistrationItem, content: bytes, media_type: str, now: datetime) -> None:
    """Seal a document into its item."""
    item.value_sealed = vault.seal(content, _ITEM)
    item.media_type, item.size = media_type, len(content)
    item.given_at = now


async def value_of(session: AsyncSession, vault: Vault, item: RegistrationItem) -> bytes | None:
    """What was given, opened; None when nothing was."""
    await session.refresh(item, ["value_sealed"])
    return vault.open(item.value_sealed, _ITEM) if item.value_sealed else None


def send_form(session: AsyncSession, form: OpenForm, promised_on: date, now: datetime) -> None:
    """Hand a complete form to the agents, who promise word by a day; its link works no more."""
    form.registration.promised_on = promised_on
    form.link.used_at = now
    for item in form.items:
        item.refused = None
    form.registration.state = RegistrationState.FILED
    form.registration.filed_at = now
    note_event(session, form.registration, now)


async def registrations_of(session: AsyncSession, participant_id: int) -> list[RegistrationFacts]:
    """A participant's registrations, newest first."""
    last_word = (
        select(RegistrationEvent.words)
        .where(RegistrationEvent.registration_id == Registration.id, RegistrationEvent.words.is_not(None))
        .order_by(RegistrationEvent.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(Registration, last_word)
        .where(Registration.participant_id == participant_id)
        .order_by(Registration.id.desc())
    )
    return [
        RegistrationFacts(
            number=row.number,
            kind=RegistrationKind(row.kind),
            state=RegistrationState(row.state),
            created_at=row.created_at,
            promised_on=row.promised_on,
            last_word=words,
        )
        for row, words in rows
    ]


async def known_person(session: AsyncSession, vault: Vault, participant_id: int) -> dict[str, Any]:
    """What a participant told at their last registration, or else when they left their contact."""
    last = await session.scalar(
        select(Registration)
        .where(Registration.participant_id == participant_id)
        .order_by(Registration.id.desc())
        .limit(1)
    )
    if last is not None:
        told = details_of(vault, last)
        return {name: told[name] for name in _PERSONAL if told.get(name)}
    lead = await session.scalar(
        select(Lead).where(Lead.participant_id == participant_id).order_by(Lead.id.desc()).limit(1)
    )
    if lead is None:
        return {}
    known = {
        "name": vault.open_text(lead.name_sealed, "leads.name"),
        "phone": vault.open_text(lead.phone_sealed, "leads.phone"),
        "occupation": lead.occupation,
    }
    return {name: value for name, value in known.items() if value}


async def forget_registrations(session: AsyncSession, participant_id: int) -> None:
    """Delete all registrations of a participant with everything they brought (UU 27/2022, articles 40 and 43)."""
    await _delete(session, select(Registration.id).where(Registration.participant_id == participant_id))


async def delete_abandoned(session: AsyncSession, before: datetime) -> None:
    """Delete registrations begun before a moment whose form never came."""
    abandoned = select(Registration.id).where(
        Registration.state == RegistrationState.WAITING_FORM, Registration.created_at < before
    )
    await _delete(session, abandoned)


async def _delete(session: AsyncSession, which: Select[int]) -> None:
    ids = (await session.scalars(which.with_for_update())).all()
    for table in (FormLink, RegistrationEvent, RegistrationItem):
        await session.execute(delete(table).where(table.registration_id.in_(ids)))
    await session.execute(delete(Registration).where(Registration.id.in_(ids)))
