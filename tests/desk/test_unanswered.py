"""What nobody could answer, as administrators read it: alike questions together, numbers masked."""

from __future__ import annotations

from sqlalchemy import update

from storage.database import Database
from storage.models import Message, Role
from tests.desk.working import SignIn, Waiting

NUMBER = "31740" + "12345670001"
ASKED = ("kartu saya kok begini ya", "Kartu saya kok begini yaa", f"ini <b>apa</b> {NUMBER}")


async def test_alike_questions_stand_together_with_their_count(
    signed_in: SignIn, waiting: Waiting, database: Database
) -> None:
    for text in ASKED:
        await waiting(text=text, reason=None)
    await waiting(text="halo, ini dipahami", reason=None)
    async with database.transaction() as session:
        unread = {"decision": "not_understood", "understanding": {"intent": "card_proof"}}
        await session.execute(update(Message).where(Message.text != "halo, ini dipahami").values(unread))
    sari = await signed_in("Sari", Role.ADMINISTRATOR)
    shown = (await sari.get("/pertanyaan")).text
    assert "3 pesan dalam 30 hari tidak langsung dipahami Pandu, 2 macam." in shown
    assert shown.index('data-label="Jumlah">2<') < shown.index('data-label="Jumlah">1<')
    assert "Kartu saya kok begini yaa" in shown
    assert "ini &lt;b&gt;apa&lt;/b&gt;" in shown
    assert NUMBER not in shown
    assert "halo, ini dipahami" not in shown


async def test_nothing_unanswered_says_so(signed_in: SignIn) -> None:
    sari = await signed_in("Sari", Role.ADMINISTRATOR)
    assert "Semua pesan langsung dipahami." in (await sari.get("/pertanyaan")).text
