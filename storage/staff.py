"""Who works at the desk: invited by a one-time link, listed, disabled."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from argon2 import PasswordHasher
from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.audit import audit
from storage.models import Conversation, Handoff, Holder, Invitation, Role, Staff, StaffSession

#: An invitation that nobody accepted is void after so long.
INVITATION_TERM = timedelta(hours=24)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 1_000
LONGEST_NAME, LONGEST_EMAIL = 80, 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

hasher = PasswordHasher()


class Problem(StrEnum):
    """Why somebody cannot join the desk, or leave it."""

    UNKNOWN_INVITATION = "unknown_invitation"
    USED_INVITATION = "used_invitation"
    EXPIRED_INVITATION = "expired_invitation"
    NAME = "name"
    EMAIL = "email"
    EMAIL_TAKEN = "email_taken"
    PASSWORD = "password"  # noqa: S105 - the name of a field
    LAST_ADMINISTRATOR = "last_administrator"
    UNKNOWN_STAFF = "unknown_staff"


class StaffRefused(Exception):
    """It cannot be done; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def new_token() -> str:
    """256 random bits for a link or a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is kept of a token; it has so many bits that a fast hash suffices."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def plain_email(typed: str) -> str:
    """The e-mail as we keep and compare it."""
    return typed.strip().lower()


async def any_staff(session: AsyncSession) -> bool:
    """Whether somebody who may sign in works at the desk already."""
    return bool(await session.scalar(select(exists().where(Staff.disabled_at.is_(None)))))


async def invite(session: AsyncSession, role: Role, now: datetime, invited_by: int | None = None) -> str:
    """The token of a new invitation, for the link `/desk/undangan/<token>`; only its hash is kept.

    While nobody works at the desk, each new invitation voids those before it.
    """
    if not await any_staff(session):
        await session.execute(delete(Invitation).where(Invitation.used_at.is_(None)))
    token = new_token()
    session.add(Invitation(token_hash=token_hash(token), role=role, created_at=now, expires_at=now + INVITATION_TERM))
    audit(session, "invited", f"role {role}", invited_by, now)
    return token


async def open_invitation(session: AsyncSession, token: str, now: datetime) -> Invitation:
    """The (locked) invitation of a token that can still be accepted. Raises `StaffRefused`."""
    invitation = await session.scalar(
        select(Invitation).where(Invitation.token_hash == token_hash(token)).with_for_update()
    )
    if invitation is None:
        raise StaffRefused(Problem.UNKNOWN_INVITATION)
    if invitation.used_at is not None:
        raise StaffRefused(Problem.USED_INVITATION)
    if invitation.expires_at <= now:
        raise StaffRefused(Problem.EXPIRED_INVITATION)
    return invitation


async def accept_invitation(
    session: AsyncSession, token: str, *, name: str, email: str, password: str, now: datetime
) -> Staff:
    """Make the invited person's account; the invitation works once. Raises `StaffRefused`."""
    invitation = await open_invitation(session, token, now)
    staff = await add_staff(session, Role(invitation.role), name=name, email=email, password=password, now=now)
    invitation.used_at = now
    audit(session, "invitation_accepted", f"staff {staff.id}", staff.id, now)
    return staff


async def add_staff(session: AsyncSession, role: Role, *, name: str, email: str, password: str, now: datetime) -> Staff:
    """Make an account. Raises `StaffRefused`."""
    name, email = " ".join(name.split()), plain_email(email)
    if not 0 < len(name) <= LONGEST_NAME:
        raise StaffRefused(Problem.NAME)
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise StaffRefused(Problem.EMAIL)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise StaffRefused(Problem.PASSWORD)
    if await find_staff(session, email):
        raise StaffRefused(Problem.EMAIL_TAKEN)
    password_hash = await asyncio.to_thread(hasher.hash, password)
    staff = Staff(email=email, name=name, role=role, password_hash=password_hash, created_at=now)
    session.add(staff)
    await session.flush()
    return staff


async def set_password(session: AsyncSession, staff_id: int, password: str, now: datetime) -> None:
    """Give somebody who forgot theirs a new password; their sessions end. Raises `StaffRefused`."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise StaffRefused(Problem.PASSWORD)
    staff = await session.get(Staff, staff_id, with_for_update=True)
    if staff is None:
        raise StaffRefused(Problem.UNKNOWN_STAFF)
    staff.password_hash = await asyncio.to_thread(hasher.hash, password)
    await session.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id))
    audit(session, "password_set", f"staff {staff_id}", None, now)


async def list_staff(session: AsyncSession) -> Sequence[Staff]:
    """Everybody who works or worked at the desk."""
    return (await session.scalars(select(Staff).order_by(Staff.disabled_at.is_not(None), Staff.name))).all()


async def find_staff(session: AsyncSession, email: str) -> Staff | None:
    """The account of an e-mail."""
    return await session.scalar(select(Staff).where(Staff.email == plain_email(email)))


async def disable_staff(session: AsyncSession, staff_id: int, now: datetime, by: int | None = None) -> list[int]:
    """End an account and its sessions. Its conversations wait for somebody else; their ids are returned.

    Raises `StaffRefused` for an unknown account and for the last administrator.
    """
    administrators = await session.scalars(
        select(Staff.id).where(Staff.role == Role.ADMINISTRATOR, Staff.disabled_at.is_(None)).with_for_update()
    )
    if set(administrators) == {staff_id}:
        raise StaffRefused(Problem.LAST_ADMINISTRATOR)
    staff = await session.get(Staff, staff_id, with_for_update=True)
    if staff is None:
        raise StaffRefused(Problem.UNKNOWN_STAFF)
    staff.disabled_at = staff.disabled_at or now
    await session.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id))
    audit(session, "staff_disabled", f"staff {staff_id}", by, now)
    return await _give_back(session, staff_id)


async def _give_back(session: AsyncSession, staff_id: int) -> list[int]:
    held = await session.scalars(
        update(Conversation)
        .where(Conversation.agent_id == staff_id)
        .values(holder=Holder.WAITING, agent_id=None, agent_active_at=None)
        .returning(Conversation.id)
    )
    ids = list(held)
    await session.execute(
        update(Handoff)
        .where(Handoff.conversation_id.in_(ids), Handoff.released_at.is_(None))
        .values(taken_at=None, staff_id=None)
    )
    return ids
