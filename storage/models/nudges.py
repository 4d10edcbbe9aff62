"""The nudge ledger: at most one row, and one sending, for each participant, programme, period and step."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key, Moment


class NudgeState(StrEnum):
    """planned → claimed → sent; `unknown` when a crash leaves open whether it went out; `suppressed` has a reason."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENT = "sent"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"


class Nudge(Base):
    """One due-date nudge. `programme` is the bill it speaks of (see `social_security.programmes.Scheme`)."""

    __tablename__ = "nudges"
    __table_args__ = (
        UniqueConstraint("participant_id", "programme", "period", "step"),
        Index("ix_nudges_open", "send_after", postgresql_where=text("state IN ('planned', 'claimed')")),
    )

    id: Mapped[Key]
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"))
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"))
    programme: Mapped[str]
    #: Contribution month, as its first day.
    period: Mapped[date]
    step: Mapped[str]
    due_on: Mapped[date]
    send_after: Mapped[Moment]
    #: Later than this it would no longer be true, so it is not sent.
    send_before: Mapped[Moment]
    state: Mapped[str] = mapped_column(default=NudgeState.PLANNED, server_default=NudgeState.PLANNED)
    reason: Mapped[str | None]
    planned_at: Mapped[Moment]
    claimed_at: Mapped[Moment | None]
    claimed_by: Mapped[str | None]
    sent_at: Mapped[Moment | None]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
