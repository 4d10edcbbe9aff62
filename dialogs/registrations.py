"""What a registration is: what somebody wants to join, what they told in chat, and what the one-time form asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from social_security.programmes import Segment


class RegistrationKind(StrEnum):
    """Who is registered: somebody who works for themselves, a family card, or a baby of parents who pay themselves."""

    BPU = "bpu"
    FAMILY = "family"
    NEWBORN = "newborn"

    @property
    def segment(self) -> Segment:
        """The segment joined."""
        return Segment.BPU if self is RegistrationKind.BPU else Segment.PBPU


class RegistrationState(StrEnum):
    """Where a registration stands: waits for the form, lies with the agents, waits for a correction, is accepted."""

    WAITING_FORM = "waiting_form"
    FILED = "filed"
    INCOMPLETE = "incomplete"
    ACCEPTED = "accepted"


#: States in which the participant can open the one-time form.
OPEN_STATES = (RegistrationState.WAITING_FORM, RegistrationState.INCOMPLETE)


class ItemKind(StrEnum):
    """What the form asks for: a NIK, a family card number, a document; and what was told in chat, when it was wrong."""

    NIK = "nik"
    KK = "kk"
    FILE = "file"
    TOLD = "told"


@dataclass(frozen=True)
class Item:
    """One thing the one-time form asks for. `person` is the number of the family member it belongs to."""

    name: str
    kind: ItemKind
    required: bool = True
    person: int | None = None


@dataclass(frozen=True)
class NewRegistration:
    """A registration as told in chat. `details` are JSON values; the amount is rupiah a month, if it can be known."""

    kind: RegistrationKind
    details: Mapping[str, Any]
    items: tuple[Item, ...]
    monthly_amount: int | None
    promised_on: date


@dataclass(frozen=True)
class FormLink:
    """The way to a registration's one-time form."""

    number: str
    address: str
    until: datetime


@dataclass(frozen=True)
class RegistrationFacts:
    """A registration of this participant."""

    number: str
    kind: RegistrationKind
    state: RegistrationState
    created_at: datetime
    promised_on: date
    last_word: str | None = None
