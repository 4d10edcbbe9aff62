"""An approved text is what the next turn says, in every process, without a restart; a bad one changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.editorial import repository_texts
from bot.live_texts import Texts, repository_library
from social_security.regulation_files import install_regulations
from storage.database import Database
from storage.models import Revision, RevisionState, Role, TextKind
from storage.staff import add_staff
from tests.conftest import Clock
from tests.turns.conftest import Room

SLUG = "jkm-what"


@pytest.fixture(autouse=True)
def the_repository_holds() -> Iterator[None]:
    yield
    install_regulations({})


async def publish(
    database: Database,
    clock: Clock,
    kind: TextKind,
    name: str,
    text: str,
    *,
    number: int = 1,
    later: timedelta = timedelta(),
) -> None:
    """Put an approved revision into the table as the desk would, whatever its text is."""
    async with database.transaction() as session:
        author = await add_staff(
            session,
            Role.ADMINISTRATOR,
            name="x",
            email=f"x{number}{name}@contoh.id",
            password="pagi hujan deras",
            now=clock(),
        )
        session.add(
            Revision(
                kind=kind,
                name=name,
                number=number,
                based_on=number - 1,
                title=name,
                text=text,
                state=RevisionState.APPROVED,
                why="",
                author_id=author.id,
                editors=[author.id],
                created_at=clock(),
                publish_at=clock() + later,
            )
        )


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.02)


def changed(words: str) -> str:
    text = repository_texts(TextKind.ARTICLE)[SLUG]
    return text.replace("\n---\n", f"\n---\n{words} ", 1)


async def test_the_next_turn_says_it(room: Room, clock: Clock) -> None:
    texts = Texts(room.database, clock, room.assistant.speak_from)
    async with texts.followed():
        assert "Kalimat baru" not in (await room.ask(choice=f"k:{SLUG}") or "")
        await publish(room.database, clock, TextKind.ARTICLE, SLUG, changed("Kalimat baru dari meja."))
        await until(lambda: room.assistant.library is not repository_library())
        assert "Kalimat baru dari meja." in (await room.ask(choice=f"k:{SLUG}") or "")


async def test_two_processes_follow_one_database(database: Database, clock: Clock) -> None:
    one, two = Texts(database, clock), Texts(database, clock)
    async with one.followed(), two.followed():
        await publish(database, clock, TextKind.ARTICLE, SLUG, changed("Kalimat baru dari meja."))
        for texts in (one, two):
            await until(lambda texts=texts: "dari meja" in texts.library.get(SLUG).body)  # type: ignore[misc]


async def test_a_bad_text_changes_nothing_and_is_said(database: Database, clock: Clock) -> None:
    texts = Texts(database, clock)
    await publish(database, clock, TextKind.ARTICLE, SLUG, changed("Baik."))
    await publish(database, clock, TextKind.ARTICLE, "bpu-dues", "rusak", number=1)
    await publish(database, clock, TextKind.REGULATION, "bpu.yml", "brackets:\t[]", number=1)
    await texts.refresh()
    assert set(texts.problems) == {"bpu-dues", "regulations"}
    assert texts.library.get("bpu-dues") == repository_library().get("bpu-dues")
    assert texts.library.get(SLUG).body.startswith("Baik.")
    await publish(database, clock, TextKind.ARTICLE, SLUG, "rusak", number=2)
    await texts.refresh()
    assert texts.library.get(SLUG).body.startswith("Baik.")
    assert SLUG in texts.problems


async def test_a_rule_is_live_when_its_time_has_come(database: Database, clock: Clock) -> None:
    texts = Texts(database, clock)
    file = repository_texts(TextKind.REGULATION)["facts_bpjstk.yml"]
    raised = file.replace("jkm_total: {value: 42000000", "jkm_total: {value: 43000000")
    await publish(database, clock, TextKind.REGULATION, "facts_bpjstk.yml", raised, later=timedelta(hours=1))
    today = clock().date()
    await texts.refresh()
    assert "Rp42.000.000" in texts.library.render(SLUG, today).text
    clock.move(timedelta(hours=1))
    await texts.refresh()
    assert "Rp43.000.000" in texts.library.render(SLUG, today).text


async def test_a_withdrawn_article_is_not_served_and_its_old_button_answers(room: Room, clock: Clock) -> None:
    texts = Texts(room.database, clock, room.assistant.speak_from)
    await publish(room.database, clock, TextKind.ARTICLE, SLUG, changed("Ada."))
    async with room.database.transaction() as session:
        row = (await session.scalars(select(Revision))).one()
        row.state = RevisionState.WITHDRAWN
    await texts.refresh()
    answer = await room.ask(choice=f"k:{SLUG}")
    assert answer
    assert "Ada." not in answer
    assert SLUG not in room.assistant.library.articles
