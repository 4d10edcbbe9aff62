"""What the dialogs need to know and to have done, named here and fulfilled by `storage`.

Everything happens inside the transaction of the turn: it is done when the reply is stored, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from dialogs.registrations import FormLink, NewRegistration, RegistrationFacts, RegistrationKind
from social_security.programmes import Programme, Scheme, Segment


class Purpose(StrEnum):
    """What personal data may be used for; each needs its own consent."""

    CONTACT = "contact"
    NUDGES = "nudges"
    REGISTRATION = "registration"


class HandoffReason(StrEnum):
    """Why a person is needed."""

    ASKED = "asked"
    NOT_UNDERSTOOD = "not_understood"
    EMERGENCY = "emergency"
    PRIVACY = "privacy"
    NOT_HELPED = "not_helped"
    FAILED_TURN = "failed_turn"
    BLOCKED = "blocked"


class Urgency(StrEnum):
    """How soon a complaint needs a person."""

    NORMAL = "normal"
    URGENT = "urgent"


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    RECEIVED = "received"
    UNDER_REVIEW = "under_review"
    #: For the participant: something is missing.
    WAITING = "waiting"
    #: To BPJS, with its reference.
    FORWARDED = "forwarded"
    DECIDED = "decided"
    #: The decision was explained to the participant.
    CONVEYED = "conveyed"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True)
class NewComplaint:
    """A complaint as the participant told it."""

    scheme: Scheme | None
    category: str
    story: str
    place: str | None
    urgency: Urgency
    file_ids: tuple[int, ...]
    promised_on: date
    #: When it happened, in the participant's words, and who was involved.
    happened: str | None = None
    involved: str | None = None


@dataclass(frozen=True)
class ComplaintFacts:
    """A complaint of this participant."""

    number: str
    scheme: Scheme | None
    category: str
    state: ComplaintState
    received_at: datetime
    promised_on: date
    last_word: str | None = None
    #: The number BPJS gave it, once it was forwarded.
    reference: str | None = None


@dataclass(frozen=True)
class NewLead:
    """Somebody who wants an agent to get in touch, with what was already found out."""

    name: str
    phone: str
    segment: Segment
    occupation: str | None
    place: str | None
    answers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class KeptFacts:
    """How many things of one kind are kept of this participant, from when to when."""

    kind: str
    number: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class ConsentFacts:
    """A consent of this participant that holds."""

    purpose: Purpose
    text_version: str
    given_at: datetime


@dataclass(frozen=True)
class LeadFacts:
    """A wish of this participant to be contacted; `done_at` is when an agent was in touch."""

    number: str
    left_at: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class NewMembership:
    """A membership the participant wants to be reminded of. The amount is in rupiah a month, if known."""

    scheme: Scheme
    segment: Segment
    programmes: tuple[Programme, ...]
    monthly_amount: int | None
    #: First contribution month that is still to be paid.
    first_month: date
    sponsored: bool = False


@dataclass(frozen=True)
class MembershipFacts:
    """A membership of this participant, with the next contribution month that is not paid."""

    scheme: Scheme
    segment: Segment
    programmes: tuple[Programme, ...]
    monthly_amount: int | None
    next_month: date
    due_on: date
    sponsored: bool


class PeriodState(StrEnum):
    """How a contribution month stands."""

    OPEN = "open"
    REPORTED = "reported"
    PAID = "paid"
    WAIVED = "waived"
    ARREARS = "arrears"


@dataclass(frozen=True)
class PeriodFacts:
    """A contribution month of this participant. The amount is in rupiah, if known."""

    id: int
    scheme: Scheme
    segment: Segment
    month: date
    amount: int | None
    due_on: date
    cover_stops_on: date | None
    #: "reported" by the participant, "imported" or "confirmed"; None when nobody says it is paid.
    paid_by: str | None
    waived: bool
    sponsored: bool

    def state(self, today: date) -> PeriodState:
        """How the month stands on a day."""
        if self.waived:
            return PeriodState.WAIVED
        if self.paid_by is not None:
            return PeriodState.REPORTED if self.paid_by == "reported" else PeriodState.PAID
        return PeriodState.ARREARS if self.due_on < today else PeriodState.OPEN


class Case(Protocol):
    """One participant's case: what is known, and what can be recorded, inside one turn."""

    async def display_name(self) -> str | None:
        """The name the channel gave, for a greeting; never proof of identity."""

    async def has_consent(self, purpose: Purpose) -> bool:
        """Whether the participant agreed, and did not withdraw."""

    async def give_consent(self, purpose: Purpose, text_version: str) -> None:
        """Record that the participant agreed to that version of the text, now, with this message as proof."""

    async def consents(self) -> Sequence[ConsentFacts]:
        """The consents that hold, the oldest first."""

    async def withdraw_consent(self, purpose: Purpose) -> None:
        """End a consent now: what was kept because of it is deleted, and nothing more is sent."""

    async def kept(self) -> Sequence[KeptFacts]:
        """What is kept of this participant, by kind; kinds of which there is nothing are left out."""

    async def correct_contact(self, *, name: str | None = None, phone: str | None = None) -> bool:
        """Correct the name or the number left for a call; False when none is kept."""

    async def forget(self) -> None:
        """Delete all that is known of this participant once this turn is answered; what must stay is made anonymous."""

    async def leave_contact(self, lead: NewLead) -> str:
        """Keep the contact for an agent; returns its number. Raises `ConsentMissing` without consent."""

    async def leads(self) -> Sequence[LeadFacts]:
        """This participant's wishes to be contacted, newest first."""

    async def known_person(self) -> Mapping[str, Any]:
        """What was told before and may be used again with consent: name, birth date, address, phone, occupation."""

    async def file_registration(self, registration: NewRegistration) -> FormLink:
        """Keep the registration; returns its number and the way to its form. Raises `ConsentMissing`."""

    async def renew_form_link(self, kind: RegistrationKind | None = None) -> FormLink | None:
        """A new link to the form of the newest registration that waits for it; older links end. None without one."""

    async def registrations(self) -> Sequence[RegistrationFacts]:
        """This participant's registrations, newest first."""

    async def file_complaint(self, complaint: NewComplaint) -> str:
        """Keep the complaint; returns its number."""

    async def complaints(self) -> Sequence[ComplaintFacts]:
        """This participant's complaints, newest first."""

    async def complaint(self, number: str) -> ComplaintFacts | None:
        """The complaint of that number if it is this participant's, else nothing."""

    async def add_to_complaint(self, number: str, added: str | None, file_ids: Sequence[int]) -> ComplaintFacts | None:
        """Add words and evidence to this participant's complaint; nothing happens to anybody else's."""

    async def reopen_complaint(self, number: str, reason: str, promised_on: date) -> ComplaintFacts | None:
        """Open this participant's complaint again with a new promise; None when it is not theirs or still open."""

    async def memberships(self) -> Sequence[MembershipFacts]:
        """This participant's memberships that are known here."""

    async def keep_membership(self, membership: NewMembership) -> MembershipFacts:
        """Keep or replace the membership in that scheme."""

    async def periods(self) -> Sequence[PeriodFacts]:
        """The contribution months of this participant's memberships, by scheme, the oldest first."""

    async def report_payment(self, scheme: Scheme, month: date, file_ids: Sequence[int] = ()) -> None:
        """Record that the participant says this month is paid, with its proof; it is not nudged any more."""

    async def nudges_wanted(self) -> bool:
        """Whether the participant wants nudges."""

    async def want_nudges(self, *, wanted: bool) -> None:
        """Turn nudges on or off."""

    async def choose_nudge_times(self, days_before: int, hour: int, time_zone: str) -> None:
        """Keep when the participant wants to be nudged."""

    async def choose_nudge_day(self, days_before: int) -> None:
        """Keep how many days before the due date the participant wants to be nudged."""

    async def rest_nudges(self, until: date) -> bool:
        """Send no nudge before that day; on it, remind again of what was reminded of last. Whether there is such."""

    async def request_person(self, reason: HandoffReason) -> None:
        """Put the conversation on the waiting list (once); the bot goes on helping meanwhile."""

    async def rate_article(self, slug: str, *, helped: bool) -> None:
        """Record whether an article helped."""


class ConsentMissing(Exception):
    """Personal data may not be kept: the participant has not agreed."""
