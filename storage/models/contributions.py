"""Contributions as rows: the months of a membership, what is known to be paid, what participants report, imports.

How a month stands (`storage.periods.PeriodState`) is never stored: it follows from these rows and the day.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Key, Moment


class PaymentSource(StrEnum):
    """By whose word a month is paid, the weakest first."""

    REPORTED = "reported"
    IMPORTED = "imported"
    CONFIRMED = "confirmed"


class ReportState(StrEnum):
    """Where a participant's report of a payment stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Period(Base):
    """One contribution month of a membership. The amount is in rupiah, if known; dates are those of the rules."""

    __tablename__ = "periods"
    __table_args__ = (UniqueConstraint("membership_id", "month"),)

    id: Mapped[Key]
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"))
    month: Mapped[date]
    amount: Mapped[int | None]
    due_on: Mapped[date]
    #: First day without cover if the month stays unpaid, where the rules name one.
    cover_stops_on: Mapped[date | None]
    #: The bill came from a file; its amount stays when the membership's changes.
    billed: Mapped[bool] = mapped_column(default=False, server_default="false")
    waived_at: Mapped[Moment | None]


class Payment(Base):
    """A contribution month that is paid, or that the participant says is paid. The amount is in rupiah, if known."""

    __tablename__ = "payments"
    __table_args__ = (UniqueConstraint("participant_id", "scheme", "month"),)

    id: Mapped[Key]
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"))
    scheme: Mapped[str]
    month: Mapped[date]
    source: Mapped[str]
    amount: Mapped[int | None]
    paid_on: Mapped[date | None]
    #: The payment's number at bank, shop or BPJS; it may cover several months of one participant.
    reference: Mapped[str | None] = mapped_column(index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    created_at: Mapped[Moment]


class PaymentReport(Base):
    """A participant's word that a month is paid, for an agent to match; `words` are what the participant was told."""

    __tablename__ = "payment_reports"

    id: Mapped[Key]
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    scheme: Mapped[str]
    month: Mapped[date]
    state: Mapped[str] = mapped_column(default=ReportState.WAITING, server_default=ReportState.WAITING, index=True)
    words: Mapped[str | None]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[Moment]
    decided_at: Mapped[Moment | None]


class ContributionImport(Base):
    """A file of bills or payments that was read: how many rows ended how, and those that need a look."""

    __tablename__ = "contribution_imports"

    id: Mapped[Key]
    kind: Mapped[str]
    file_name: Mapped[str]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    counts: Mapped[dict[str, int]] = mapped_column(JSONB)
    #: `[{"row": 3, "outcome": "refused", "reason": "month"}]`: numbers of rows and names of reasons, nothing typed.
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    created_at: Mapped[Moment]
