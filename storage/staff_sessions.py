"""Signing in to the desk: limited attempts, sessions in the database, signing out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.audit import audit
from storage.database import Database
from storage.models import Role, SignInAttempt, Staff, StaffSession
from storage.staff import LONGEST_PASSWORD, find_staff, hasher, new_token, plain_email, token_hash

#: A session ends after so long without a page being opened.
SESSION_TERM = timedelta(hours=12)
#: How much of its term has to pass before a session is extended again.
EXTENDED_EVERY = timedelta(minutes=5)
ATTEMPT_WINDOW = timedelta(minutes=15)
ATTEMPTS_PER_ACCOUNT = 5
ATTEMPTS_PER_ADDRESS = 20
#: First key of our advisory locks, so that they meet nobody else's.
_LOCK = 7_310


class NotSignedIn(StrEnum):
    """Why signing in was refused."""

    WRONG = "wrong"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class NewSession:
    """What the browser gets: the cookie's token and the token its forms carry."""

    token: str
    csrf_token: str
    staff_id: int


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, by which session."""

    staff_id: int
    name: str
    role: Role
    csrf_token: str
    token_hash: bytes

    @property
    def is_administrator(self) -> bool:
        """Whether administrators' pages are open to them."""
        return self.role is Role.ADMINISTRATOR


async def sign_in(
    database: Database, *, email: str, password: str, address: str, now: datetime
) -> NewSession | NotSignedIn:
    """A new session, or why not. `address` is where the attempt comes from; failures count against it, too.

    Opens transactions of its own: a failed attempt must stay recorded, and no connection waits for the slow hash.
    """
    keys = [_key(database, "account", plain_email(email)), _key(database, "address", address)]
    async with database.transaction() as session:
        attempts = await _begin_attempt(session, keys, now)
        staff = await find_staff(session, email)
    if attempts is None:
        return NotSignedIn.TOO_MANY
    known_hash = staff.password_hash if staff and staff.disabled_at is None else _nobody()
    if not await asyncio.to_thread(_matches, known_hash, password) or staff is None or staff.disabled_at:
        return NotSignedIn.WRONG
    async with database.transaction() as session:
        await session.execute(
            delete(SignInAttempt).where(SignInAttempt.id.in_(attempts) | (SignInAttempt.key == keys[0]))
        )
        if hasher.check_needs_rehash(known_hash):
            kept = await session.get_one(Staff, staff.id)
            kept.password_hash = await asyncio.to_thread(hasher.hash, password)
        return await open_session(session, staff.id, now)


async def open_session(session: AsyncSession, staff_id: int, now: datetime) -> NewSession:
    """Sign somebody in without asking for a password, as right after an accepted invitation."""
    await session.execute(delete(StaffSession).where(StaffSession.expires_at <= now))
    opened = NewSession(new_token(), new_token(), staff_id)
    session.add(
        StaffSession(
            token_hash=token_hash(opened.token),
            staff_id=staff_id,
            csrf_token=opened.csrf_token,
            created_at=now,
            expires_at=now + SESSION_TERM,
        )
    )
    audit(session, "signed_in", f"staff {staff_id}", staff_id, now)
    return opened


async def signed_in(session: AsyncSession, token: str, now: datetime, *, extend: bool) -> SignedIn | None:
    """Whose session a cookie's token is, if it runs; `extend` lets its term begin anew."""
    found = (
        await session.execute(
            select(StaffSession, Staff)
            .join(Staff, Staff.id == StaffSession.staff_id)
            .where(
                StaffSession.token_hash == token_hash(token),
                StaffSession.expires_at > now,
                Staff.disabled_at.is_(None),
            )
        )
    ).one_or_none()
    if found is None:
        return None
    running, staff = found
    if extend and running.expires_at < now + SESSION_TERM - EXTENDED_EVERY:
        running.expires_at = now + SESSION_TERM
    return SignedIn(staff.id, staff.name, Role(staff.role), running.csrf_token, running.token_hash)


async def sign_out(session: AsyncSession, who: SignedIn, now: datetime) -> None:
    """End one session."""
    await session.execute(delete(StaffSession).where(StaffSession.token_hash == who.token_hash))
    audit(session, "signed_out", f"staff {who.staff_id}", who.staff_id, now)


async def _begin_attempt(session: AsyncSession, keys: list[str], now: datetime) -> list[int] | None:
    """Ids of the rows that count this attempt as failed until it succeeds, or None when there were too many."""
    await session.execute(delete(SignInAttempt).where(SignInAttempt.created_at <= now - ATTEMPT_WINDOW))
    for key, limit in zip(keys, (ATTEMPTS_PER_ACCOUNT, ATTEMPTS_PER_ADDRESS), strict=True):
        await session.execute(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(key))))
        failed = await session.scalar(select(func.count()).where(SignInAttempt.key == key))
        if (failed or 0) >= limit:
            return None
    rows = [SignInAttempt(key=key, created_at=now) for key in keys]
    session.add_all(rows)
    await session.flush()
    return [row.id for row in rows]


def _key(database: Database, kind: str, value: str) -> str:
    """A name to count attempts by, from which neither e-mail nor address can be read."""
    return f"{kind} {database.vault.fingerprint(value[:LONGEST_PASSWORD]).hex()}"


@cache
def _nobody() -> str:
    """A hash nobody knows the password of, so that an unknown e-mail takes as long as a wrong password."""
    return hasher.hash(new_token())


def _matches(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
