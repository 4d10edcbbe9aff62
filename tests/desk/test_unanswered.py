"""What nobody could answer, as administrators read it and work it off: alike questions together, numbers masked."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from storage.database import Database
from storage.models import Lesson, Message, Revision, Role, Settlement
from storage.unanswered import labelled_messages
from tests.conftest import Clock
from tests.desk.articles_world import form, two_administrators
from tests.desk.working import SignIn, Waiting, audited, number_of

NUMBER = "31740" + "12345670001"
ALIKE = ("kartu saya kok begini ya", "Kartu saya kok begini yaa")
ASKED = (*ALIKE, f"ini <b>apa</b> {NUMBER}")
Asked = Callable[..., Awaitable[list[int]]]


@pytest.fixture
def asked(waiting: Waiting, database: Database) -> Asked:
    """Lets participants write what is not understood, by Rasa's guess; gives the messages' numbers."""

    async def ask(*texts: str, guess: str = "card_proof") -> list[int]:
        conversations = [await waiting(text=text, reason=None) for text in texts]
        unread = {"decision": "not_understood", "understanding": {"intent": guess}}
        theirs = Message.conversation_id.in_(conversations)
        async with database.transaction() as session:
            await session.execute(update(Message).where(theirs).values(unread))
            return list(await session.scalars(select(Message.id).where(theirs).order_by(Message.id)))

    return ask


def numbers(ids: list[int]) -> str:
    return ",".join(map(str, ids))


async def lessons(database: Database) -> list[Lesson]:
    async with database.sessions() as session:
        return list(await session.scalars(select(Lesson).order_by(Lesson.message_id)))


async def test_alike_questions_stand_together_with_their_count(
    signed_in: SignIn, waiting: Waiting, asked: Asked
) -> None:
    await asked(*ASKED)
    await waiting(text="halo, ini dipahami", reason=None)
    sari = await signed_in("Sari", Role.ADMINISTRATOR)
    shown = (await sari.get("/pertanyaan")).text
    assert "3 pesan dalam 30 hari tidak terjawab dengan benar, 2 macam." in shown
    assert shown.index('class="number">2<') < shown.index('class="number">1<')
    assert "Kartu saya kok begini yaa" in shown
    assert "ini &lt;b&gt;apa&lt;/b&gt;" in shown
    assert "Kartu peserta" in shown
    assert NUMBER not in shown
    assert "halo, ini dipahami" not in shown


async def test_nothing_unanswered_says_so(signed_in: SignIn) -> None:
    sari = await signed_in("Sari", Role.ADMINISTRATOR)
    assert "Tidak ada pertanyaan yang menunggu." in (await sari.get("/pertanyaan")).text
    assert "Belum ada yang ditangani." in (await sari.get("/pertanyaan/selesai")).text
    assert (await sari.get("/pertanyaan/1")).status_code == 404


async def test_the_period_is_chosen(signed_in: SignIn, asked: Asked, clock: Clock) -> None:
    await asked(*ALIKE)
    clock.move(timedelta(days=8))
    sari = await signed_in("Sari", Role.ADMINISTRATOR)
    for days, told in (("7", "0 pesan"), ("30", "2 pesan"), ("365", "2 pesan"), ("-3", "2 pesan"), ("x", "2 pesan")):
        assert told in (await sari.get(f"/pertanyaan?hari={days}")).text


async def test_agents_do_not_work_it_off(signed_in: SignIn, asked: Asked, database: Database) -> None:
    ids = await asked(*ALIKE)
    budi = await signed_in("Budi")
    assert (await budi.get(f"/pertanyaan/{ids[0]}")).status_code == 403
    for step in ("tandai", "sisihkan", "artikel", "kembalikan"):
        assert (await budi.post(f"/pertanyaan/{step}", pesan=numbers(ids), intent="greet")).status_code == 403
    assert await number_of(database, Lesson) == 0


async def test_labelled_for_training_and_off_the_list(signed_in: SignIn, asked: Asked, database: Database) -> None:
    ids = await asked(*ASKED)
    sari = await signed_in("Sari", Role.ADMINISTRATOR)
    assert "Kartu saya kok begini yaa" in (await sari.get(f"/pertanyaan/{ids[1]}")).text
    for wrong in ("", "tidak_ada"):
        assert (await sari.post("/pertanyaan/tandai", pesan=numbers(ids[:2]), intent=wrong)).status_code == 422
    assert (await sari.post("/pertanyaan/tandai", intent="data_change")).status_code == 422
    done = await sari.post("/pertanyaan/tandai", pesan=numbers(ids[:2]), intent="data_change")
    assert done.status_code == 303
    async with database.sessions() as session:
        labelled = await labelled_messages(session)
    assert [(one.wording, one.guess) for one in labelled] == [(text, "data_change") for text in reversed(ALIKE)]
    assert "1 pesan" in (await sari.get("/pertanyaan")).text
    again = await sari.post("/pertanyaan/tandai", pesan=numbers(ids[:2]), intent="greet")
    assert again.status_code == 409
    assert "Ubah data" in (await sari.get("/pertanyaan/selesai")).text
    (entry,) = await audited(database, "question_labelled")
    assert (entry.staff_id, entry.detail) == (sari.staff_id, {"messages": 2, "intent": "data_change"})


async def test_put_aside_with_who_and_when_and_put_back(
    signed_in: SignIn, asked: Asked, database: Database, clock: Clock
) -> None:
    ids = await asked(*ALIKE)
    sari = await signed_in("Sari", Role.ADMINISTRATOR)
    assert (await sari.post("/pertanyaan/sisihkan", pesan=numbers(ids))).status_code == 303
    assert {(one.settlement, one.settled_by, one.settled_at) for one in await lessons(database)} == {
        (Settlement.PUT_ASIDE, sari.staff_id, clock())
    }
    shown = (await sari.get("/pertanyaan/selesai")).text
    assert "Sari" in shown
    assert "Disisihkan" in shown
    assert "0 pesan" in (await sari.get("/pertanyaan")).text
    assert (await sari.post("/pertanyaan/kembalikan", pesan=numbers(ids))).status_code == 303
    assert "2 pesan" in (await sari.get("/pertanyaan")).text


def sources(page: str) -> str:
    found = re.search(r'name="messages" value="([^"]*)"', page)
    assert found
    return html.unescape(found.group(1))


async def test_a_new_article_begins_with_the_wordings_and_needs_a_second_person(
    signed_in: SignIn, asked: Asked, database: Database
) -> None:
    ids = await asked(*ALIKE)
    wati, adi = await two_administrators(signed_in)
    begun = (await wati.post("/pertanyaan/artikel", pesan=numbers(ids))).text
    assert all(text in begun for text in ALIKE)
    assert await number_of(database, Revision) == 0
    assert "2 pesan" in (await wati.get("/pertanyaan")).text
    sent = form(messages=sources(begun), do="simpan")
    sent["questions"] = "\n".join([*ALIKE, sent["questions"]])
    refused = await wati.post("/artikel/baru", **(sent | {"sources": ""}))
    assert refused.status_code == 422
    assert sources(refused.text) == sent["messages"]
    assert (await wati.post("/artikel/baru", **sent)).status_code == 303
    assert "0 pesan" in (await wati.get("/pertanyaan")).text
    assert {(one.settlement, *one.articles) for one in await lessons(database)} == {
        (Settlement.NEW_ARTICLE, "percobaan-santunan-keluarga")
    }
    async with database.sessions() as session:
        (revision,) = await session.scalars(select(Revision))
    assert (revision.state, ALIKE[0] in revision.text) == ("draft", True)
    assert (await wati.post("/artikel/percobaan-santunan-keluarga/1/ajukan")).status_code == 303
    assert (await wati.post("/artikel/percobaan-santunan-keluarga/1/setujui")).status_code == 409
    assert (await adi.post("/artikel/percobaan-santunan-keluarga/1/setujui")).status_code == 303


async def test_an_existing_article_is_found_and_asked_in_one_more_way(
    signed_in: SignIn, asked: Asked, database: Database
) -> None:
    ids = await asked("ojek online sebulannya setor berapaan sih")
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    assert 'value="bpu-dues"' in (await wati.get(f"/pertanyaan/{ids[0]}?cari=iuran+bpu+per+bulan")).text
    begun = (await wati.post("/pertanyaan/artikel", pesan=numbers(ids), slug="bpu-dues")).text
    assert "ojek online sebulannya setor berapaan sih" in begun
    assert "tarif bpu sebulan" in begun
    assert (await wati.post("/pertanyaan/artikel", pesan=numbers(ids), slug="tidak-ada")).status_code == 404
    kept = await wati.post("/artikel/bpu-dues/sunting", **fields_in(begun), do="simpan")
    assert kept.status_code == 303
    async with database.sessions() as session:
        (revision,) = await session.scalars(select(Revision))
    assert (revision.state, revision.name) == ("draft", "bpu-dues")
    assert "ojek online sebulannya setor berapaan sih" in revision.text
    assert [one.articles for one in await lessons(database)] == [["bpu-dues"]]


def fields_in(page: str) -> dict[str, str]:
    """What a browser would send of the article form as it stands."""
    found = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
    found |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL))
    for name, options in re.findall(r'<select[^>]*name="(\w+)">(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', options)
        found[name] = (chosen.group(1) or chosen.group(2)) if chosen else ""
    return {name: html.unescape(value) for name, value in found.items() if name != "csrf"}


async def test_a_wording_of_somebody_forgotten_meanwhile_leaves_the_form(
    signed_in: SignIn, asked: Asked, database: Database
) -> None:
    ids = await asked(*ALIKE)
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    begun = (await wati.post("/pertanyaan/artikel", pesan=numbers(ids))).text
    async with database.transaction() as session:
        await session.execute(update(Message).where(Message.id == ids[0]).values(text=""))
    sent = form(messages=sources(begun), body=form()["body"] + " Tulisan saya.")
    sent["questions"] = "\n".join([*ALIKE, sent["questions"]])
    refused = await wati.post("/artikel/baru", **sent)
    assert refused.status_code == 409
    assert "datanya sudah dihapus" in refused.text
    assert "Tulisan saya." in refused.text
    left = fields_in(refused.text)["questions"]
    assert ALIKE[0] not in left.splitlines()
    assert ALIKE[1] in left.splitlines()
    assert (await wati.post("/artikel/baru", **fields_in(refused.text), do="simpan")).status_code == 303
    assert [one.message_id for one in await lessons(database)] == [ids[1]]


async def test_two_administrators_settle_a_question_once(signed_in: SignIn, asked: Asked, database: Database) -> None:
    ids = await asked(*ALIKE)
    wati, adi = await two_administrators(signed_in)
    answers = await asyncio.gather(
        wati.post("/pertanyaan/sisihkan", pesan=numbers(ids)),
        adi.post("/pertanyaan/tandai", pesan=numbers(ids), intent="greet"),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert len({one.settlement for one in await lessons(database)}) == 1


@pytest.mark.parametrize("typed", ["", "abc", "-1", "9" * 30, "1;2", "²"])
async def test_odd_numbers_of_messages_change_nothing(signed_in: SignIn, database: Database, typed: str) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    for step in ("sisihkan", "artikel", "kembalikan"):
        assert (await wati.post(f"/pertanyaan/{step}", pesan=typed)).status_code == 422
    assert await number_of(database, Lesson) == 0
