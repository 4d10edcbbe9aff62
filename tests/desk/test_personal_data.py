"""Requests about personal data at the desk: done or refused with a reason, told to the participant, clocked."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from bot.desk.words import WORDS
from dialogs.ports import HandoffReason, Purpose
from storage.database import Database
from storage.models import Consent, Contact, Conversation, Handoff, Message, Registration
from tests.conftest import Clock
from tests.desk.working import SignIn, Waiting, audited, said


async def whose(database: Database, conversation_id: int) -> int:
    async with database.sessions() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        return (await session.get_one(Contact, conversation.contact_id)).participant_id


async def test_the_page_offers_it_to_the_one_who_holds_the_request_with_its_clock(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    budi, id_ = await signed_in(), await waiting(reason=HandoffReason.PRIVACY)
    assert "/data/hapus" not in (await budi.get(f"/percakapan/{id_}")).text
    await budi.post(f"/percakapan/{id_}/ambil-alih")
    assert f"/desk/percakapan/{id_}/data/hapus" in (await budi.get(f"/percakapan/{id_}")).text
    async with database.sessions() as session:
        due = await session.scalar(select(Handoff.due_at))
    assert due == clock() + timedelta(hours=72)


async def test_everything_is_deleted_by_whoever_holds_the_request(
    signed_in: SignIn, waiting: Waiting, database: Database
) -> None:
    budi, id_ = await signed_in(), await waiting(text="hapus data saya, nama saya Rina", reason=HandoffReason.PRIVACY)
    assert (await budi.post(f"/percakapan/{id_}/data/hapus")).status_code == 409
    before = await whose(database, id_)
    await budi.post(f"/percakapan/{id_}/ambil-alih")
    assert (await budi.post(f"/percakapan/{id_}/data/hapus")).status_code == 303
    async with database.sessions() as session:
        texts = list(await session.scalars(select(Message.text).where(Message.text != "")))
        assert await session.scalar(select(func.count()).select_from(Handoff)) == 0
    assert texts == [WORDS.say("privacy/forgotten", backup_days=30)]
    assert await whose(database, id_) != before
    (entry,) = await audited(database, "data_deleted")
    assert (entry.staff_id, entry.subject) == (budi.staff_id, f"participant {before}")


async def test_the_consent_to_registration_is_withdrawn_and_told(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    budi, id_ = await signed_in(), await waiting(reason=HandoffReason.PRIVACY)
    participant_id = await whose(database, id_)
    async with database.transaction() as session:
        session.add(
            Consent(
                participant_id=participant_id,
                purpose=Purpose.REGISTRATION,
                text_version="registration-2026-11",
                given_at=clock(),
            )
        )
    await budi.post(f"/percakapan/{id_}/ambil-alih")
    assert (await budi.post(f"/percakapan/{id_}/data/tarik")).status_code == 303
    async with database.sessions() as session:
        assert await session.scalar(select(Consent.withdrawn_at)) == clock()
        assert await session.scalar(select(func.count()).select_from(Registration)) == 0
        assert (await session.get_one(Conversation, id_)).holder == "bot"
    assert "Persetujuan pendaftaran sudah ditarik" in (await said(database, id_))[-1].text


async def test_a_refusal_needs_its_reason_and_tells_it(signed_in: SignIn, waiting: Waiting, database: Database) -> None:
    budi, id_ = await signed_in(), await waiting(reason=HandoffReason.PRIVACY)
    await budi.post(f"/percakapan/{id_}/ambil-alih")
    assert (await budi.post(f"/percakapan/{id_}/data/tolak", words=" ")).status_code == 422
    assert (await budi.post(f"/percakapan/{id_}/data/tolak", words="Pengaduan masih di BPJS.")).status_code == 303
    assert "Pengaduan masih di BPJS." in (await said(database, id_))[-1].text
    assert len(await audited(database, "data_request_refused")) == 1


async def test_what_was_done_is_told_in_a_sentence(signed_in: SignIn, waiting: Waiting, database: Database) -> None:
    budi, id_ = await signed_in(), await waiting(reason=HandoffReason.PRIVACY)
    await budi.post(f"/percakapan/{id_}/ambil-alih")
    assert (await budi.post(f"/percakapan/{id_}/data/selesai", words="")).status_code == 422
    assert (await budi.post(f"/percakapan/{id_}/data/selesai", words="Alamat sudah dibetulkan.")).status_code == 303
    assert "sudah kami kerjakan: Alamat sudah dibetulkan." in (await said(database, id_))[-1].text
    async with database.sessions() as session:
        assert (await session.get_one(Conversation, id_)).holder == "bot"
    assert len(await audited(database, "data_request_done")) == 1
