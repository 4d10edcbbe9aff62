"""Texts changed by two people: saved, submitted, decided by somebody else, live at a time, withdrawn, brought back.

Every save is a row of its own, so nothing that was written is ever lost. Each step is written to the audit log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from storage.audit import audit
from storage.models import Revision, RevisionState, TextKind

#: States in which somebody may still decide.
OPEN = (RevisionState.DRAFT, RevisionState.SUBMITTED)
#: A session's lock for one text is `hashtext` of its name in this space.
_LOCKS = 7_264_005


class RevisionRefused(Exception):
    """A step cannot be taken; `why` is one of own, state, reason, unknown, past."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Overtaken(Exception):
    """Somebody saved the same text meanwhile; `theirs` is what they saved."""

    def __init__(self, theirs: Revision) -> None:
        super().__init__(f"{theirs.name} is at {theirs.number}")
        self.theirs = theirs


@dataclass(frozen=True)
class Proposal:
    """A text to save: whose revision `based_on` it began from, 0 for the repository's."""

    kind: TextKind
    name: str
    title: str
    text: str
    based_on: int
    why: str = ""


async def save(session: AsyncSession, proposal: Proposal, staff_id: int, now: datetime) -> Revision:
    """Keep a text as a new draft. Raises `Overtaken` when it does not begin at the newest revision."""
    await _lock(session, proposal.kind, proposal.name)
    newest = await newest_revision(session, proposal.kind, proposal.name)
    if newest is not None and newest.number != proposal.based_on:
        session.expunge(newest)  # read after this transaction has rolled back
        raise Overtaken(newest)
    await _replace_open(session, proposal.kind, proposal.name)
    revision = _row(proposal, newest, staff_id, now, RevisionState.DRAFT)
    session.add(revision)
    await session.flush()
    _write_down(session, "text_saved", revision, staff_id, now, proposal.why)
    return revision


async def submit(session: AsyncSession, revision_id: int, staff_id: int, now: datetime) -> Revision:
    """Ask a second person to look at a draft."""
    revision = await _locked(session, revision_id, RevisionState.DRAFT)
    revision.state, revision.submitted_at = RevisionState.SUBMITTED, now
    _write_down(session, "text_submitted", revision, staff_id, now, revision.why)
    return revision


async def approve(
    session: AsyncSession, revision_id: int, staff_id: int, now: datetime, *, publish_at: datetime, words: str = ""
) -> Revision:
    """Let a submitted text be live from that time on. Raises `RevisionRefused` for everybody who wrote in it."""
    revision = await _locked(session, revision_id, RevisionState.SUBMITTED)
    if staff_id in revision.editors:
        raise RevisionRefused("own")
    if publish_at < now:
        raise RevisionRefused("past")
    _decide(revision, RevisionState.APPROVED, staff_id, now, words)
    revision.publish_at = publish_at
    _write_down(session, "text_approved", revision, staff_id, now, words, at=publish_at.isoformat())
    return revision


async def refuse(session: AsyncSession, revision_id: int, staff_id: int, now: datetime, words: str) -> Revision:
    """Send a submitted text back with a sentence."""
    _require(words)
    revision = await _locked(session, revision_id, RevisionState.SUBMITTED)
    _decide(revision, RevisionState.REFUSED, staff_id, now, words)
    _write_down(session, "text_refused", revision, staff_id, now, words)
    return revision


async def withdraw(session: AsyncSession, proposal: Proposal, staff_id: int, now: datetime) -> Revision:
    """Stop serving a text at once, for the reason in `proposal.why`; what was open stays readable in the history."""
    _require(proposal.why)
    await _lock(session, proposal.kind, proposal.name)
    newest = await newest_revision(session, proposal.kind, proposal.name)
    if newest is not None and newest.state == RevisionState.WITHDRAWN:
        raise RevisionRefused("state")
    await _replace_open(session, proposal.kind, proposal.name)
    revision = _row(proposal, newest, staff_id, now, RevisionState.WITHDRAWN)
    _decide(revision, RevisionState.WITHDRAWN, staff_id, now, proposal.why)
    revision.publish_at = now
    session.add(revision)
    await session.flush()
    _write_down(session, "text_withdrawn", revision, staff_id, now, proposal.why)
    return revision


async def bring_back(session: AsyncSession, proposal: Proposal, staff_id: int, now: datetime) -> Revision:
    """Submit an older text as the newest revision, for the reason in `proposal.why`; a second person approves it.

    Raises `RevisionRefused` without a reason, and `Overtaken`.
    """
    _require(proposal.why)
    revision = await save(session, proposal, staff_id, now)
    return await submit(session, revision.id, staff_id, now)


def is_to_come(newest: Revision | None, now: datetime) -> bool:
    """Whether the newest revision of a text is still to be decided, or waits for its time."""
    if newest is None:
        return False
    waits = newest.state == RevisionState.APPROVED and newest.publish_at is not None and newest.publish_at > now
    return waits or newest.state in {RevisionState.DRAFT, RevisionState.SUBMITTED}


async def newest_revision(session: AsyncSession, kind: TextKind, name: str) -> Revision | None:
    """The last revision of a text, in whatever state."""
    return (await session.scalars(_of(kind, name).order_by(Revision.number.desc()).limit(1))).one_or_none()


async def newest_revisions(session: AsyncSession, kind: TextKind) -> Mapping[str, Revision]:
    """The last revision of every text that ever had one, by name."""
    newest = select(Revision).where(Revision.kind == kind).ext(distinct_on(Revision.name))
    rows = await session.scalars(newest.order_by(Revision.name, Revision.number.desc()))
    return {row.name: row for row in rows}


async def find_revision(session: AsyncSession, kind: TextKind, name: str, number: int) -> Revision | None:
    """A revision by its number."""
    return (await session.scalars(_of(kind, name).where(Revision.number == number))).one_or_none()


async def history(session: AsyncSession, kind: TextKind, name: str) -> Sequence[Revision]:
    """All revisions of a text, newest first."""
    return (await session.scalars(_of(kind, name).order_by(Revision.number.desc()))).all()


async def open_revisions(session: AsyncSession, kind: TextKind | None = None) -> Sequence[Revision]:
    """Drafts and what waits for a second person, oldest first."""
    found = select(Revision).where(Revision.state.in_(OPEN)).order_by(Revision.id)
    return (await session.scalars(found.where(Revision.kind == kind) if kind else found)).all()


def _of(kind: TextKind, name: str) -> Select[Revision]:
    return select(Revision).where(Revision.kind == kind, Revision.name == name)


async def _lock(session: AsyncSession, kind: TextKind, name: str) -> None:
    await session.execute(select(func.pg_advisory_xact_lock(_LOCKS, func.hashtext(f"{kind}/{name}"))))


async def _locked(session: AsyncSession, revision_id: int, state: RevisionState) -> Revision:
    found = select(Revision).where(Revision.id == revision_id).with_for_update()
    revision = (await session.scalars(found.execution_options(populate_existing=True))).one_or_none()
    if revision is None:
        raise RevisionRefused("unknown")
    if revision.state != state:
        raise RevisionRefused("state")
    return revision


async def _replace_open(session: AsyncSession, kind: TextKind, name: str) -> None:
    await session.execute(
        update(Revision)
        .where(Revision.kind == kind, Revision.name == name, Revision.state.in_(OPEN))
        .values(state=RevisionState.REPLACED)
    )


def _row(proposal: Proposal, newest: Revision | None, staff_id: int, now: datetime, state: RevisionState) -> Revision:
    """Who wrote in a text that nobody approved has written in the one that follows it."""
    is_settled = newest is None or newest.state in {RevisionState.APPROVED, RevisionState.WITHDRAWN}
    before = [] if newest is None or is_settled else newest.editors
    return Revision(
        kind=proposal.kind,
        name=proposal.name,
        number=(newest.number if newest else 0) + 1,
        based_on=proposal.based_on,
        title=proposal.title,
        text=proposal.text,
        state=state,
        why=proposal.why,
        author_id=staff_id,
        editors=sorted({*before, staff_id}),
        created_at=now,
    )


def _decide(revision: Revision, state: RevisionState, staff_id: int, now: datetime, words: str) -> None:
    revision.state, revision.decided_by, revision.decided_at, revision.decision = state, staff_id, now, words


def _require(words: str) -> None:
    if not words.strip():
        raise RevisionRefused("reason")


def _write_down(
    session: AsyncSession, action: str, revision: Revision, staff_id: int, now: datetime, why: str, **more: str
) -> None:
    subject = f"{revision.kind} {revision.name}"
    detail = {"reason": why} if why else {}
    audit(session, action, subject, staff_id, now, number=revision.number, **detail, **more)
