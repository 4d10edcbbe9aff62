"""Revisions: whatever people do in whatever order, nobody approves their own words and nothing written is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database, open_database
from storage.live_texts import live_texts
from storage.models import AuditEntry, Revision, RevisionState, Role, TextKind
from storage.revisions import (
    Overtaken,
    Proposal,
    RevisionRefused,
    approve,
    bring_back,
    history,
    newest_revision,
    refuse,
    save,
    submit,
    withdraw,
)
from storage.staff import add_staff, list_staff
from tests.conftest import Clock

ARTICLE = TextKind.ARTICLE
STEPS = ("save", "submit", "approve", "refuse", "withdraw", "bring back", "wait")


async def three_people(database: Database, clock: Clock) -> list[int]:
    async with database.transaction() as session:
        return [
            (
                await add_staff(
                    session,
                    Role.ADMINISTRATOR,
                    name=name,
                    email=f"{name}@contoh.id",
                    password="pagi hujan deras",
                    now=clock(),
                )
            ).id
            for name in ("a", "b", "c")
        ]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 2)), max_size=14))
def test_any_order_of_steps_keeps_the_rules(
    database_url: str, database: Database, clock: Clock, taken: list[tuple[str, int]]
) -> None:
    async def play() -> None:
        opened = open_database(database_url, database.vault)
        try:
            await _play(opened, clock, taken)
        finally:
            await opened.close()

    asyncio.run(play())


async def _play(database: Database, clock: Clock, taken: list[tuple[str, int]]) -> None:
    async with database.transaction() as session:
        await session.execute(delete(AuditEntry))
        await session.execute(delete(Revision))
    people = await _people(database, clock)
    written: list[str] = []
    for number, (step, who) in enumerate(taken):
        if step == "wait":
            clock.move(timedelta(hours=1))
            continue
        try:
            async with database.transaction() as session:
                await _step(session, step, people[who], clock, f"teks {number}")
            if step == "save":
                written.append(f"teks {number}")
        except RevisionRefused:
            continue
    async with database.sessions() as session:
        rows = await history(session, ARTICLE, "contoh")
        live = (await live_texts(session, clock())).articles.get("contoh")
    assert set(written) <= {row.text for row in rows}
    assert [row.number for row in rows] == list(range(len(rows), 0, -1))
    assert all(row.decided_by not in row.editors for row in rows if row.state == RevisionState.APPROVED)
    assert sum(row.state in {RevisionState.DRAFT, RevisionState.SUBMITTED} for row in rows) <= 1
    effective = [row for row in rows if row.publish_at is not None and row.publish_at <= clock()]
    expected = effective[0] if effective else None
    withdrawn = expected is not None and expected.state == RevisionState.WITHDRAWN
    assert (live.text if live else None) == (None if expected is None or withdrawn else expected.text)


async def _people(database: Database, clock: Clock) -> list[int]:
    async with database.sessions() as session:
        known = [person.id for person in await list_staff(session)]
    return known or await three_people(database, clock)


async def _step(session: AsyncSession, step: str, who: int, clock: Clock, text: str) -> None:
    newest = await newest_revision(session, ARTICLE, "contoh")
    number, key, now = (newest.number, newest.id, clock()) if newest else (0, 0, clock())
    proposal = Proposal(ARTICLE, "contoh", "Contoh", text, number, "alasan")
    steps: dict[str, Callable[[], Awaitable[object]]] = {
        "save": lambda: save(session, proposal, who, now),
        "submit": lambda: submit(session, key, who, now),
        "approve": lambda: approve(session, key, who, now, publish_at=now + timedelta(minutes=30 * (who % 2))),
        "refuse": lambda: refuse(session, key, who, now, "belum"),
        "withdraw": lambda: withdraw(session, proposal, who, now),
        "bring back": lambda: bring_back(session, proposal, who, now),
    }
    await steps[step]()


async def test_the_later_saver_sees_the_others_text(database: Database, clock: Clock) -> None:
    first, second, _ = await three_people(database, clock)
    async with database.transaction() as session:
        await save(session, Proposal(ARTICLE, "contoh", "Contoh", "satu", 0), first, clock())
    with pytest.raises(Overtaken) as overtaken:
        async with database.transaction() as session:
            await save(session, Proposal(ARTICLE, "contoh", "Contoh", "dua", 0), second, clock())
    assert overtaken.value.theirs.text == "satu"


async def test_of_two_who_save_at_once_one_is_told(database: Database, clock: Clock) -> None:
    people = await three_people(database, clock)

    async def try_to_save(who: int) -> str:
        try:
            async with database.transaction() as session:
                await save(session, Proposal(ARTICLE, "contoh", "Contoh", f"dari {who}", 0), who, clock())
        except Overtaken:
            return "told"
        return "saved"

    results = await asyncio.gather(*(try_to_save(who) for who in people))
    assert sorted(results) == ["saved", "told", "told"]
