"""Registrations: what was told, what the one-time form brought, and the links to that form."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key, Moment


class Registration(Base):
    """Somebody who joins with our help. All they told is sealed; the amount is rupiah a month."""

    __tablename__ = "registrations"

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(unique=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    details_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    monthly_amount: Mapped[int | None]
    promised_on: Mapped[date]
    created_at: Mapped[Moment]
    filed_at: Mapped[Moment | None]


class RegistrationItem(Base):
    """One thing the form asks for: empty until it is given, and again when an agent could not use it.

    Identity numbers are found by a keyed hash; documents have a media type and a size in bytes.
    """

    __tablename__ = "registration_items"
    __table_args__ = (UniqueConstraint("registration_id", "name"),)

    id: Mapped[Key]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    name: Mapped[str]
    kind: Mapped[str]
    person: Mapped[int | None]
    required: Mapped[bool]
    value_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    value_hash: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    media_type: Mapped[str | None]
    size: Mapped[int | None]
    #: What looks odd in a NIK, see `social_security.nik.NikWarning`; "mismatch" with the birth date told.
    warning: Mapped[str | None]
    #: What the agent found wrong, in the words the participant was told.
    refused: Mapped[str | None] = mapped_column(Text)
    given_at: Mapped[Moment | None]


class RegistrationEvent(Base):
    """One step in a registration's history; `words` are the ones the participant was told."""

    __tablename__ = "registration_events"

    id: Mapped[Key]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), index=True)
    state: Mapped[str]
    words: Mapped[str | None]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[Moment]


class FormLink(Base):
    """A link to a registration's form, for one use. Only the hash of its token is kept."""

    __tablename__ = "form_links"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), index=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]
