"""Participants, the channel addresses they write from, and what they agreed to."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Key, Moment


class Participant(Base):
    """A person who writes to the assistant."""

    __tablename__ = "participants"

    id: Mapped[Key]
    created_at: Mapped[CreatedAt]
    time_zone: Mapped[str] = mapped_column(default="Asia/Jakarta", server_default="Asia/Jakarta")
    nudges_wanted: Mapped[bool] = mapped_column(default=True, server_default="true")
    #: The participant's own choice: so many days before the due date, from this hour of their clock on.
    nudge_days_before: Mapped[int | None]
    nudge_hour: Mapped[int | None]
    #: No nudge before this day.
    nudges_rest_until: Mapped[date | None]


class Contact(Base):
    """A participant's address on one channel. `blocked_at`: they do not let us write to them any more."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: Mapped[Key]
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"), index=True)
    channel: Mapped[str]
    address: Mapped[str]
    display_name: Mapped[str | None]
    blocked_at: Mapped[Moment | None]
    created_at: Mapped[CreatedAt]


class Consent(Base):
    """Proof that a participant agreed: to which text, when, by which message (UU 27/2022, article 24)."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_participant_id_purpose", "participant_id", "purpose"),)

    id: Mapped[Key]
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"))
    purpose: Mapped[str]
    text_version: Mapped[str]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    given_at: Mapped[Moment]
    withdrawn_at: Mapped[Moment | None]
