"""An agent says what a message was about: kept, shown, and on the administrators' list."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.models import Cause, Lesson, Message, Role
from tests.desk.working import SignIn, Waiting, audited, number_of


async def message_of(database: Database, conversation_id: int) -> int:
    async with database.sessions() as session:
        found = select(Message.id).where(Message.conversation_id == conversation_id, Message.direction == "in")
        return (await session.scalars(found)).one()


async def test_a_message_is_marked_and_stands_on_the_list(
    signed_in: SignIn, waiting: Waiting, database: Database
) -> None:
    id_ = await waiting(text="jht sy kpn bs diambil")
    message_id = await message_of(database, id_)
    budi, sari = await signed_in("Budi"), await signed_in("Sari", Role.ADMINISTRATOR)
    await budi.post(f"/percakapan/{id_}/ambil-alih")
    assert f"tandai={message_id}" in (await budi.get(f"/percakapan/{id_}")).text
    assert "Maksud yang benar" in (await budi.get(f"/percakapan/{id_}?tandai={message_id}")).text
    marked = await budi.post(f"/percakapan/{id_}/pesan/{message_id}/maksud", intent="claim_how")
    assert marked.status_code == 303
    assert "Maksudnya: Cara klaim (Budi)" in (await budi.get(f"/percakapan/{id_}")).text
    listed = (await sari.get("/pertanyaan")).text
    assert "jht sy kpn bs diambil" in listed
    assert "Ditandai petugas" in listed
    assert "Cara klaim" in listed
    assert 'value="claim_how" selected' in (await sari.get(f"/pertanyaan/{message_id}")).text
    await sari.post("/pertanyaan/tandai", pesan=str(message_id), intent="claim_status")
    async with database.sessions() as session:
        (lesson,) = await session.scalars(select(Lesson))
    assert (lesson.cause, lesson.intent, lesson.noted_by, lesson.settled_by) == (
        Cause.CORRECTED,
        "claim_status",
        budi.staff_id,
        sari.staff_id,
    )
    assert "Maksudnya: Status klaim (Sari)" in (await budi.get(f"/percakapan/{id_}")).text
    (entry,) = await audited(database, "message_marked")
    assert (entry.subject, entry.staff_id) == (f"message {message_id}", budi.staff_id)


async def test_it_can_be_marked_again(signed_in: SignIn, waiting: Waiting, database: Database) -> None:
    id_ = await waiting()
    message_id, budi = await message_of(database, id_), await signed_in()
    for intent in ("claim_how", "greet"):
        await budi.post(f"/percakapan/{id_}/pesan/{message_id}/maksud", intent=intent)
    async with database.sessions() as session:
        assert [lesson.intent for lesson in await session.scalars(select(Lesson))] == ["greet"]


@pytest.mark.parametrize("intent", ["", "tidak_ada", "<script>"])
async def test_an_unknown_meaning_is_refused(
    signed_in: SignIn, waiting: Waiting, database: Database, intent: str
) -> None:
    id_ = await waiting()
    message_id, budi = await message_of(database, id_), await signed_in()
    refused = await budi.post(f"/percakapan/{id_}/pesan/{message_id}/maksud", intent=intent)
    assert refused.status_code == 422
    assert await number_of(database, Lesson) == 0


async def test_a_colleagues_conversation_and_other_messages_are_left_alone(
    signed_in: SignIn, waiting: Waiting, database: Database
) -> None:
    budi, dewi, id_, other = await signed_in("Budi"), await signed_in("Dewi"), await waiting(), await waiting()
    message_id, foreign = await message_of(database, id_), await message_of(database, other)
    await budi.post(f"/percakapan/{id_}/ambil-alih")
    assert (await dewi.post(f"/percakapan/{id_}/pesan/{message_id}/maksud", intent="greet")).status_code == 409
    for wrong in (foreign, 9_999, 10**19):
        assert (await budi.post(f"/percakapan/{id_}/pesan/{wrong}/maksud", intent="greet")).status_code == 404
    assert await number_of(database, Lesson) == 0
