"""What a conversation leaves behind: leads, complaints, memberships, ratings."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Document, Key, Moment


class Lead(Base):
    """Somebody who wants to be contacted by an agent. Name and phone are encrypted; the phone is found by its hash."""

    __tablename__ = "leads"

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(unique=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    segment: Mapped[str]
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    phone_hash: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    occupation: Mapped[str | None]
    place: Mapped[str | None]
    answers: Mapped[Document] = mapped_column(server_default=text("'{}'"))
    done_at: Mapped[Moment | None]
    created_at: Mapped[Moment]


class Complaint(Base):
    """A numbered complaint with a promised date."""

    __tablename__ = "complaints"

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(unique=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    scheme: Mapped[str | None]
    category: Mapped[str]
    story: Mapped[str] = mapped_column(Text)
    place: Mapped[str | None]
    happened: Mapped[str | None]
    involved: Mapped[str | None]
    urgency: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    promised_on: Mapped[date]
    #: The number BPJS gave it when it was forwarded.
    reference: Mapped[str | None]
    created_at: Mapped[Moment]


class ComplaintEvent(Base):
    """One step in a complaint's history: `words` are what the participant was told, `added` is what they added."""

    __tablename__ = "complaint_events"

    id: Mapped[Key]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), index=True)
    state: Mapped[str]
    words: Mapped[str | None]
    added: Mapped[str | None]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[Moment]


class Membership(Base):
    """A membership whose dues a participant wants to be reminded of. Amounts are rupiah a month."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("participant_id", "scheme"),)

    id: Mapped[Key]
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"))
    scheme: Mapped[str]
    segment: Mapped[str] = mapped_column(index=True)
    programmes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    monthly_amount: Mapped[int | None]
    first_month: Mapped[date]
    sponsored: Mapped[bool] = mapped_column(default=False, server_default="false")
    #: Who pays in the participant's place, such as a regional government.
    sponsor: Mapped[str | None]
    ended_on: Mapped[date | None]
    created_at: Mapped[CreatedAt]


class ArticleRating(Base):
    """Whether an article helped, as the participant said."""

    __tablename__ = "article_ratings"

    id: Mapped[Key]
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"))
    slug: Mapped[str] = mapped_column(index=True)
    helped: Mapped[bool]
    created_at: Mapped[Moment]
