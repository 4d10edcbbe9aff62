"""A conversation at the desk: taking over, answering, noting, handing back; two agents at once; what nobody may see."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.services import Services
from dialogs.ports import HandoffReason
from dialogs.state import DialogState, OpenForm
from storage.database import Database
from storage.models import Conversation, Note, Role
from tests.conftest import Clock
from tests.desk.working import SignIn, Waiting, audited, conversation_of, number_of, said


async def test_taking_over_tells_the_participant_who_answers(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    budi, id_ = await signed_in("Budi"), await waiting()
    assert "Ambil alih" in (await budi.get(f"/percakapan/{id_}")).text
    assert (await budi.post(f"/percakapan/{id_}/ambil-alih")).status_code == 303
    conversation = await conversation_of(database, id_)
    assert (conversation.holder, conversation.agent_id, conversation.agent_active_at) == (
        "agent",
        budi.staff_id,
        clock(),
    )
    (told,) = await said(database, id_)
    assert told.author == "agent"
    assert "Budi, petugas" in told.text
    assert "Tulis balasan" in (await budi.get(f"/percakapan/{id_}")).text

    await budi.post(f"/percakapan/{id_}/ambil-alih")
    assert len(await said(database, id_)) == 1
    assert len(await audited(database, "take_over")) == 1


async def test_of_two_agents_at_once_exactly_one_takes_over(
    signed_in: SignIn, waiting: Waiting, database: Database
) -> None:
    budi, dewi, id_ = await signed_in("Budi"), await signed_in("Dewi"), await waiting()
    answers = await asyncio.gather(
        *(agent.post(f"/percakapan/{id_}/ambil-alih") for agent in (budi, dewi) for _ in range(4))
    )
    holder = (await conversation_of(database, id_)).agent_id
    winner, loser = ("Budi", dewi) if holder == budi.staff_id else ("Dewi", budi)
    assert sorted(answer.status_code for answer in answers) == [303] * 4 + [409] * 4
    assert all(f"dipegang {winner}" in answer.text for answer in answers if answer.status_code == 409)
    assert len(await said(database, id_)) == 1
    assert "membaca saja" in (await loser.get(f"/percakapan/{id_}")).text


async def test_a_reply_is_a_row_from_the_agent(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    budi, id_ = await signed_in("Budi"), await waiting()
    await budi.post(f"/percakapan/{id_}/ambil-alih")
    clock.move(timedelta(hours=3))
    number = "3175" + "0123" + "0190" + "0001"
    assert (await budi.post(f"/percakapan/{id_}/balas", text=f"Baik, <b>Bu</b>. NIK {number}\x00")).status_code == 303
    reply = (await said(database, id_))[-1]
    assert (reply.author, reply.staff_id, reply.delivery) == ("agent", budi.staff_id, "sent")
    assert reply.text.startswith("Baik, <b>Bu</b>. NIK ")
    assert number not in reply.text
    assert (await conversation_of(database, id_)).agent_active_at == clock()
    shown = (await budi.get(f"/percakapan/{id_}")).text
    assert "Baik, &lt;b&gt;Bu&lt;/b&gt;." in shown
    assert "<b>Bu" not in shown
    assert number not in str([entry.detail for entry in await audited(database, "reply")])


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("  \x00 ", 422, "masih kosong"),
        ("a" * 4_001, 422, "terlalu panjang"),
        ("a" * 2_000_000, 413, "terlalu panjang"),
    ],
)
async def test_a_reply_that_cannot_be_sent(
    signed_in: SignIn, waiting: Waiting, database: Database, text: str, status: int, words: str
) -> None:
    budi, id_ = await signed_in(), await waiting()
    await budi.post(f"/percakapan/{id_}/ambil-alih")
    answer = await budi.post(f"/percakapan/{id_}/balas", text=text)
    assert answer.status_code == status
    assert words in answer.text
    assert len(await said(database, id_)) == 1


async def test_who_does_not_hold_it_cannot_reply(signed_in: SignIn, waiting: Waiting, database: Database) -> None:
    budi, dewi, id_ = await signed_in("Budi"), await signed_in("Dewi"), await waiting()
    assert "Ambil alih percakapan ini dulu" in (await budi.post(f"/percakapan/{id_}/balas", text="Halo")).text
    await dewi.post(f"/percakapan/{id_}/ambil-alih")
    refused = await budi.post(f"/percakapan/{id_}/balas", text="Halo")
    assert refused.status_code == 409
    assert "dipegang Dewi" in refused.text
    assert (await budi.post(f"/percakapan/{id_}/kembalikan")).status_code == 409
    assert (await budi.post(f"/percakapan/{id_}/catatan", text="Halo")).status_code == 409
    assert [message.staff_id for message in await said(database, id_)] == [dewi.staff_id]
    assert len(await audited(database, "refused_not_holding")) == 4


async def test_handing_back_lets_pandu_answer_again(signed_in: SignIn, waiting: Waiting, database: Database) -> None:
    budi, id_ = await signed_in("Budi"), await waiting()
    await budi.post(f"/percakapan/{id_}/ambil-alih")
    assert (await budi.post(f"/percakapan/{id_}/kembalikan")).status_code == 303
    assert (await conversation_of(database, id_)).holder == "bot"
    assert "saya kembalikan ke Pandu" in (await said(database, id_))[-1].text
    assert "selesai" in (await budi.get(f"/percakapan/{id_}")).text
    assert (await budi.post(f"/percakapan/{id_}/balas", text="Halo")).status_code == 409


async def test_an_administrator_hands_back_what_an_agent_holds(
    signed_in: SignIn, waiting: Waiting, database: Database
) -> None:
    sari, budi, id_ = await signed_in("Sari", Role.ADMINISTRATOR), await signed_in("Budi"), await waiting()
    await budi.post(f"/percakapan/{id_}/ambil-alih")
    assert (await sari.post(f"/percakapan/{id_}/balas", text="Halo")).status_code == 409
    assert (await sari.post(f"/percakapan/{id_}/kembalikan")).status_code == 303
    assert (await conversation_of(database, id_)).holder == "bot"
    assert [entry.staff_id for entry in await audited(database, "release")] == [sari.staff_id]


async def test_a_note_is_for_colleagues_only(signed_in: SignIn, waiting: Waiting, database: Database) -> None:
    budi, dewi, id_ = await signed_in("Budi"), await signed_in("Dewi"), await waiting()
    await budi.post(f"/percakapan/{id_}/catatan", text="Minta ditelepon sore <i>hari</i>")
    assert await number_of(database, Note) == 1
    assert await said(database, id_) == []
    assert "Minta ditelepon sore &lt;i&gt;hari" in (await dewi.get(f"/percakapan/{id_}")).text


async def test_what_participants_call_themselves_is_never_run(signed_in: SignIn, waiting: Waiting) -> None:
    budi = await signed_in()
    id_ = await waiting(name="<script>alert(1)</script>", text="{{ 7*7 }} <img src=x onerror=alert(1)>")
    for path in ("", "/rak", f"/percakapan/{id_}", f"/percakapan/{id_}/isi"):
        shown = (await budi.get(path)).text
        assert "<script>alert" not in shown
        assert "<img" not in shown
        assert "&lt;script&gt;alert(1)" in shown
    assert "{{ 7*7 }} &lt;img" in (await budi.get(f"/percakapan/{id_}")).text


async def test_what_was_collected_is_there_with_the_phone_masked(
    signed_in: SignIn, waiting: Waiting, database: Database
) -> None:
    budi, id_ = await signed_in(), await waiting()
    phone = "+62" + "81234567890"
    form = OpenForm("contact", "place", {"name": "Rina Marlina", "phone": phone})
    async with database.transaction() as session:
        state = DialogState(form=form, parked=(OpenForm("contributions", "jht", {"income": 2_000_000}),)).to_json()
        await session.execute(update(Conversation).where(Conversation.id == id_).values(state=state))
    shown = (await budi.get(f"/percakapan/{id_}")).text
    assert "Rina Marlina" in shown
    assert "Rp2.000.000" in shown
    assert "•••7890" in shown
    assert phone not in shown


async def test_the_waiting_list_has_the_most_urgent_first(
    signed_in: SignIn, waiting: Waiting, clock: Clock, services: Services
) -> None:
    budi = await signed_in()
    reasons = {
        "Pertama": HandoffReason.NOT_UNDERSTOOD,
        "Pribadi": HandoffReason.PRIVACY,
        "Minta": HandoffReason.ASKED,
        "Darurat": HandoffReason.EMERGENCY,
    }
    for name, reason in reasons.items():
        await waiting(name=name, reason=reason)
        clock.move(timedelta(minutes=10))
    page = (await budi.get("")).text
    places = {name: page.index(f"<strong>{name}</strong>") for name in reasons}
    assert sorted(places, key=lambda name: places[name]) == ["Darurat", "Pertama", "Pribadi", "Minta"]
    assert re.search(r"sisa <time[^>]+>71 jam</time>", page)
    clock.move(timedelta(hours=60))
    again = await signed_in("Dewi")
    page = (await again.get("")).text
    places = {name: page.index(f"<strong>{name}</strong>") for name in reasons}
    assert sorted(places, key=lambda name: places[name]) == ["Darurat", "Pribadi", "Pertama", "Minta"]


async def test_conversations_stand_where_their_holder_is(signed_in: SignIn, waiting: Waiting) -> None:
    budi, dewi = await signed_in("Budi"), await signed_in("Dewi")
    await waiting(name="Menanti")
    held = await waiting(name="Dipegang")
    await waiting(name="Sendiri", reason=None)
    await dewi.post(f"/percakapan/{held}/ambil-alih")

    def shelf_of(page: str, name: str) -> str:
        return page[: page.index(f"<strong>{name}</strong>")].rsplit('id="rak-', 1)[1].split('"')[0]

    for agent, theirs in ((budi, "others"), (dewi, "mine")):
        page = (await agent.get("")).text
        assert [shelf_of(page, name) for name in ("Menanti", "Dipegang", "Sendiri")] == ["waiting", theirs, "bot"]
