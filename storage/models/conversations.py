"""Conversations, their messages and files, and who holds them.

A conversation is held by the bot, waits for a person, or is held by an agent:

    bot → waiting    the participant (or the bot) asks for a person
    waiting → agent  an agent takes it over; no bot text leaves from here
    agent → bot      the agent releases it
    agent → waiting  the agent said nothing for hours
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Document, Key, Moment


class Holder(StrEnum):
    """Who answers in a conversation."""

    BOT = "bot"
    WAITING = "waiting"
    AGENT = "agent"


class Direction(StrEnum):
    """Which way a message goes, seen from us."""

    IN = "in"
    OUT = "out"


class Author(StrEnum):
    """Who wrote a message."""

    PARTICIPANT = "participant"
    BOT = "bot"
    AGENT = "agent"
    NUDGE = "nudge"


class Delivery(StrEnum):
    """How far an outgoing message is: queued → claimed → sent, or one of the ends without delivery."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    BLOCKED = "blocked"
    FAILED = "failed"
    WITHHELD = "withheld"
    UNKNOWN = "unknown"


class Conversation(Base):
    """One conversation per contact. `state` is the dialog's, see `dialogs.state`."""

    __tablename__ = "conversations"

    id: Mapped[Key]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), unique=True)
    holder: Mapped[str] = mapped_column(default=Holder.BOT, server_default=Holder.BOT, index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    #: Last word of the agent who holds it, or the takeover.
    agent_active_at: Mapped[Moment | None]
    state: Mapped[Document] = mapped_column(default=dict, server_default=sql("'{}'"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
    #: The participant asked to be forgotten; the row goes once they have read that it was done.
    forgotten_at: Mapped[Moment | None]


class Message(Base):
    """One message, in or out. Text is masked before it gets here."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_messages_conversation_id_id", "conversation_id", "id"),
        Index(
            "ix_messages_unanswered",
            "conversation_id",
            "id",
            postgresql_where=sql("direction = 'in' AND answered_at IS NULL"),
        ),
        Index(
            "ix_messages_undelivered",
            "channel",
            "id",
            postgresql_where=sql("delivery IN ('queued', 'claimed')"),
        ),
        Index(
            "ix_messages_unclear",
            "created_at",
            postgresql_where=sql("decision IN ('not_understood', 'offered')"),
        ),
        Index("ix_messages_article", "article", "created_at", postgresql_where=sql("article IS NOT NULL")),
        Index("ix_messages_created_at", "created_at", postgresql_using="brin"),
    )

    id: Mapped[Key]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    channel: Mapped[str]
    direction: Mapped[str]
    author: Mapped[str]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str] = mapped_column(default="")
    #: In: what `dialogs.messages.Inbound` holds besides the text. Out: the choices.
    content: Mapped[Document] = mapped_column(default=dict, server_default=sql("'{}'"))
    created_at: Mapped[Moment]

    #: In: the channel's own id, unique, so that a repeated webhook stores nothing.
    external_id: Mapped[str | None]
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_at: Mapped[Moment | None]
    #: The turn failed for good and a person has it.
    failed_at: Mapped[Moment | None]
    understanding: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    intent: Mapped[str | None]
    decision: Mapped[str | None]

    #: Out: the message this one answers, and how its delivery goes.
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    #: Out: slug of the article it answers with.
    article: Mapped[str | None]
    delivery: Mapped[str | None]
    deliver_after: Mapped[Moment | None]
    claimed_at: Mapped[Moment | None]
    delivered_at: Mapped[Moment | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    delivery_error: Mapped[str | None]
    channel_message_id: Mapped[str | None]


#: What the content of a file is sealed for.
FILE_CONTENT = "files.content"


class StoredFile(Base):
    """A file, encrypted: a participant's, or one of ours for them.

    It belongs to the message that brings it and to what it is evidence for.
    """

    __tablename__ = "files"

    id: Mapped[Key]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaints.id"), index=True)
    payment_report_id: Mapped[int | None] = mapped_column(ForeignKey("payment_reports.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[CreatedAt]


class Handoff(Base):
    """A period in which a person is needed: asked for, taken over, released."""

    __tablename__ = "handoffs"
    __table_args__ = (
        Index(
            "uq_handoffs_open",
            "conversation_id",
            unique=True,
            postgresql_where=sql("released_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    reason: Mapped[str]
    requested_at: Mapped[Moment]
    #: A promise with a clock, such as the 72 hours of a privacy request.
    due_at: Mapped[Moment | None]
    taken_at: Mapped[Moment | None]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    released_at: Mapped[Moment | None]


class Note(Base):
    """What an agent writes down for colleagues; participants never see it."""

    __tablename__ = "notes"

    id: Mapped[Key]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str]
    created_at: Mapped[CreatedAt]
