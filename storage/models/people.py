"""Staff: agents and administrators, their sessions, and what they did."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, CreatedAt, Document, Key, Moment


class Role(StrEnum):
    """What somebody at the desk may do."""

    AGENT = "agent"
    ADMINISTRATOR = "administrator"


class Staff(Base):
    """Somebody who works at the desk. The password is an argon2 hash."""

    __tablename__ = "staff"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    disabled_at: Mapped[Moment | None]
    created_at: Mapped[CreatedAt]


class StaffSession(Base):
    """A signed-in browser. Only the hash of its token is kept."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    csrf_token: Mapped[str]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]


class SignInAttempt(Base):
    """A failed attempt to sign in, counted against the address it came from and the account it aimed at."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_key_created_at", "key", "created_at"),)

    id: Mapped[Key]
    key: Mapped[str]
    created_at: Mapped[Moment]


class Invitation(Base):
    """A one-time link with which somebody sets their name and password. Only the hash of its token is kept."""

    __tablename__ = "invitations"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    role: Mapped[str]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class AuditEntry(Base):
    """Who did what, when, to which row. Never holds personal data itself."""

    __tablename__ = "audit_log"

    id: Mapped[Key]
    created_at: Mapped[Moment]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    action: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    detail: Mapped[Document] = mapped_column(server_default=text("'{}'"))


class KeyCheck(Base):
    """A known value sealed with a key, so that a wrong key is refused at start."""

    __tablename__ = "key_checks"

    key_id: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
