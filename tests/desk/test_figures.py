"""Answering in numbers and charts, as administrators read them."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import update

from storage.database import Database
from storage.models import Lesson, Message, Role
from tests.conftest import Clock
from tests.desk.working import SignIn, Waiting

ROW = re.compile(
    r'<tr><td>([^<]+)</td><td class="number">(\d+)</td><td class="number">(\d+)</td><td class="number">(\d+)'
)


async def _answered(database: Database, conversation_id: int, slug: str) -> None:
    async with database.transaction() as session:
        theirs = Message.conversation_id == conversation_id
        await session.execute(update(Message).where(theirs).values(article=slug))


async def _unread(database: Database, conversation_id: int) -> None:
    unread = {"decision": "not_understood", "understanding": {"intent": "register"}}
    async with database.transaction() as session:
        theirs = Message.conversation_id == conversation_id
        await session.execute(update(Message).where(theirs).values(unread))


async def test_days_are_counted_where_they_belong(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    await _unread(database, await waiting(text="apa ini", reason=None))
    clock.move(timedelta(days=2))
    await _answered(database, await waiting(text="jkm", reason=None), "jkm-what")
    await waiting(text="petugas")
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    for days, spans in ((7, 7), (30, 30), (90, 14), (365, 53)):
        page = (await wati.get(f"/angka?hari={days}")).text
        rows = [(int(one), int(two), int(three)) for _, one, two, three in ROW.findall(page)]
        assert len(rows) in {spans, spans - 1, spans + 1}
        assert tuple(map(sum, zip(*rows, strict=True))) == (1, 1, 1)
        if days == 7:
            assert (rows[0], rows[2]) == ((1, 0, 1), (0, 1, 0))
    assert "JKM, Jaminan Kematian" in page
    assert 'max="1" value="1"' in page


async def test_a_settled_question_still_counts(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    conversation = await waiting(text="tidak membantu", reason=None)
    async with database.transaction() as session:
        message = (await session.scalars(Message.__table__.select().with_only_columns(Message.id))).one()
        session.add(
            Lesson(
                message_id=message,
                conversation_id=conversation,
                cause="not_helped",
                settlement="put_aside",
                created_at=clock(),
            )
        )
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    assert ROW.findall((await wati.get("/angka?hari=7")).text)[0][1:] == ("0", "1", "0")


async def test_charts_draw_what_the_table_says(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    for _ in range(2):
        await _answered(database, await waiting(text="jkm", reason=None), "jkm-what")
    clock.move(timedelta(days=1))
    await _answered(database, await waiting(text="jkm", reason=None), "jkm-what")
    page = (await (await signed_in("Wati", Role.ADMINISTRATOR)).get("/angka?hari=7")).text
    heights = [float(one) for one in re.findall(r'bar-answered"[^>]* height="([\d.]+)"', page)]
    assert heights == [1, 1, 1, 1, 1, 39, 20]
    assert "Dijawab dengan artikel: 3" in page
    assert "paling banyak 2 sehari" in page
    assert not re.search(r"style=|<script(?! type=.module)", page)


async def test_only_for_administrators(signed_in: SignIn) -> None:
    budi, wati = await signed_in("Budi"), await signed_in("Wati", Role.ADMINISTRATOR)
    assert (await budi.get("/angka")).status_code == 403
    assert (await wati.get("/angka?hari=x")).text.count("<rect") == 90
