"""One participant's case, as the dialogs see it, inside the transaction of one turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.nudges import nudge_policy
from dialogs.ports import (
    ComplaintFacts,
    ConsentFacts,
    ConsentMissing,
    HandoffReason,
    KeptFacts,
    LeadFacts,
    MembershipFacts,
    NewComplaint,
    NewLead,
    NewMembership,
    PeriodFacts,
    Purpose,
)
from dialogs.registrations import FormLink, NewRegistration, RegistrationFacts, RegistrationKind
from social_security.programmes import Scheme
from storage.complaints import add_to_complaint, complaint_of, complaints_of, file_complaint, reopen_complaint
from storage.handoffs import request_person
from storage.lessons import note_not_helped
from storage.memberships import keep_membership, memberships_of
from storage.models import ArticleRating, Consent, Contact, Conversation, Lead, Participant, PaymentSource
from storage.my_data import consents_of, correct_contact, kept_of, leads_of, withdraw_consent
from storage.nudges import plan_again
from storage.numbers import NumberKind, new_number
from storage.payments import Paid, report_payment
from storage.periods import make_periods_of, periods_of
from storage.registrations import (
    IssuedLink,
    file_registration,
    form_address,
    known_person,
    newest_open,
    registrations_of,
    renew_link,
)
from storage.vault import Vault


@dataclass(frozen=True)
class StoredCase:
    """The case behind a conversation whose row is locked. `message_id` is the message being answered."""

    session: AsyncSession
    vault: Vault
    conversation: Conversation
    contact: Contact
    message_id: int
    now: datetime
    #: The address people reach us at, for links.
    address: str = ""

    @property
    def participant_id(self) -> int:
        """Whose case this is."""
        return self.contact.participant_id

    async def display_name(self) -> str | None:
        return self.contact.display_name

    async def has_consent(self, purpose: Purpose) -> bool:
        given = select(
            exists().where(
                Consent.participant_id == self.participant_id,
                Consent.purpose == purpose,
                Consent.withdrawn_at.is_(None),
            )
        )
        return bool(await self.session.scalar(given))

    async def give_consent(self, purpose: Purpose, text_version: str) -> None:
        self.session.add(
            Consent(
                participant_id=self.participant_id,
                purpose=purpose,
                text_version=text_version,
                message_id=self.message_id,
                given_at=self.now,
            )
        )
        await self.session.flush()

    async def consents(self) -> Sequence[ConsentFacts]:
        return await consents_of(self.session, self.participant_id)

    async def withdraw_consent(self, purpose: Purpose) -> None:
        await withdraw_consent(self.session, self.participant_id, purpose, self.now)

    async def kept(self) -> Sequence[KeptFacts]:
        return await kept_of(self.session, self.participant_id, self.conversation.id)

    async def correct_contact(self, *, name: str | None = None, phone: str | None = None) -> bool:
        return await correct_contact(self.session, self.vault, self.participant_id, name, phone)

    async def forget(self) -> None:
        self.conversation.forgotten_at = self.now

    async def leave_contact(self, lead: NewLead) -> str:
        if not await self.has_consent(Purpose.CONTACT):
            raise ConsentMissing
        kept = Lead(
            number=new_number(NumberKind.LEAD),
            participant_id=self.participant_id,
            conversation_id=self.conversation.id,
            segment=lead.segment,
            name_sealed=self.vault.seal(lead.name, "leads.name"),
            phone_sealed=self.vault.seal(lead.phone, "leads.phone"),
            phone_hash=self.vault.fingerprint(lead.phone),
            occupation=lead.occupation,
            place=lead.place,
            answers=lead.answers,
            created_at=self.now,
        )
        self.session.add(kept)
        return kept.number

    async def leads(self) -> Sequence[LeadFacts]:
        return await leads_of(self.session, self.participant_id)

    async def known_person(self) -> Mapping[str, Any]:
        return await known_person(self.session, self.vault, self.participant_id)

    async def file_registration(self, registration: NewRegistration) -> FormLink:
        if not await self.has_consent(Purpose.REGISTRATION):
            raise ConsentMissing
        return self._link(
            await file_registration(
                self.session, self.vault, self.conversation, self.participant_id, registration, self.now
            )
        )

    async def renew_form_link(self, kind: RegistrationKind | None = None) -> FormLink | None:
        waiting = await newest_open(self.session, self.participant_id, kind)
        return self._link(await renew_link(self.session, waiting, self.now)) if waiting else None

    async def registrations(self) -> Sequence[RegistrationFacts]:
        return await registrations_of(self.session, self.participant_id)

    def _link(self, issued: IssuedLink) -> FormLink:
        return FormLink(issued.number, form_address(self.address, issued.token), issued.until)

    async def file_complaint(self, complaint: NewComplaint) -> str:
        return await file_complaint(self.session, self.conversation, self.participant_id, complaint, self.now)

    async def complaints(self) -> Sequence[ComplaintFacts]:
        return await complaints_of(self.session, self.participant_id)

    async def complaint(self, number: str) -> ComplaintFacts | None:
        return await complaint_of(self.session, self.participant_id, number)

    async def add_to_complaint(self, number: str, added: str | None, file_ids: Sequence[int]) -> ComplaintFacts | None:
        return await add_to_complaint(
            self.session, self.conversation, self.participant_id, number, added, file_ids, self.now
        )

    async def reopen_complaint(self, number: str, reason: str, promised_on: date) -> ComplaintFacts | None:
        return await reopen_complaint(self.session, self.participant_id, number, reason, promised_on, self.now)

    async def memberships(self) -> Sequence[MembershipFacts]:
        return await memberships_of(self.session, self.participant_id)

    async def keep_membership(self, membership: NewMembership) -> MembershipFacts:
        await keep_membership(self.session, self.participant_id, membership, self.now.date())
        kept = await self.memberships()
        return next(facts for facts in kept if facts.scheme == membership.scheme)

    async def periods(self) -> Sequence[PeriodFacts]:
        await make_periods_of(self.session, self.participant_id, self.now.date())
        return await periods_of(self.session, self.participant_id)

    async def report_payment(self, scheme: Scheme, month: date, file_ids: Sequence[int] = ()) -> None:
        reported = Paid(self.participant_id, scheme, month, PaymentSource.REPORTED, message_id=self.message_id)
        await report_payment(self.session, self.conversation.id, reported, file_ids, self.now)

    async def nudges_wanted(self) -> bool:
        wanted = select(Participant.nudges_wanted).where(Participant.id == self.participant_id)
        return bool(await self.session.scalar(wanted))

    async def want_nudges(self, *, wanted: bool) -> None:
        await self.session.execute(
            update(Participant).where(Participant.id == self.participant_id).values(nudges_wanted=wanted)
        )

    async def choose_nudge_times(self, days_before: int, hour: int, time_zone: str) -> None:
        await self.session.execute(
            update(Participant)
            .where(Participant.id == self.participant_id)
            .values(nudge_days_before=days_before, nudge_hour=hour, time_zone=time_zone)
        )

    async def choose_nudge_day(self, days_before: int) -> None:
        await self.session.execute(
            update(Participant).where(Participant.id == self.participant_id).values(nudge_days_before=days_before)
        )

    async def rest_nudges(self, until: date) -> bool:
        await self.session.execute(
            update(Participant).where(Participant.id == self.participant_id).values(nudges_rest_until=until)
        )
        return await plan_again(self.session, nudge_policy(), self.participant_id, until, self.now)

    async def request_person(self, reason: HandoffReason) -> None:
        await request_person(self.session, self.conversation, reason, self.now)

    async def rate_article(self, slug: str, *, helped: bool) -> None:
        self.session.add(
            ArticleRating(participant_id=self.participant_id, slug=slug, helped=helped, created_at=self.now)
        )
        if not helped:
            await note_not_helped(self.session, self.conversation.id, slug, self.now)
