"""Complaints by promise, leads with what is sealed kept sealed, and the nudge ledger."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.inbound import InboundFile
from dialogs.ports import NewComplaint, NewLead, NewMembership, Purpose, Urgency
from social_security.programmes import Programme, Scheme, Segment
from storage.case import StoredCase
from storage.database import Database
from storage.models import Contact, Conversation, Lead, Membership, Message, Nudge
from tests.conftest import Clock
from tests.desk.working import SignIn, Waiting, audited, file_in

PHONE = "+62" + "81234567890"
NAME = "Rina Marlina"
PICTURE = InboundFile("struk.png", "image/png", b"\x89PNG\r\n\x1a\n")


async def complain(database: Database, clock: Clock, conversation_id: int, story: str, promised_on: date) -> str:
    async with database.transaction() as session:
        case = await case_of(database, session, clock, conversation_id)
        filed = NewComplaint(Scheme.JKN, "status", story, "Bogor", Urgency.URGENT, (), promised_on)
        return await case.file_complaint(filed)


async def case_of(database: Database, session: AsyncSession, clock: Clock, conversation_id: int) -> StoredCase:
    conversation = await session.get_one(Conversation, conversation_id)
    contact = await session.get_one(Contact, conversation.contact_id)
    message_id = (await session.scalars(select(Message.id).where(Message.conversation_id == conversation_id))).one()
    return StoredCase(session, database.vault, conversation, contact, message_id, clock())


async def test_complaints_stand_by_their_promise_and_the_late_ones_are_marked(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    budi, id_ = await signed_in(), await waiting()
    later = await complain(database, clock, id_, "Iuran tidak tercatat", date(2026, 11, 27))
    today = await complain(database, clock, id_, "Kartu tidak aktif", date(2026, 11, 20))
    late = await complain(database, clock, id_, "<b>Ditolak</b> RS", date(2026, 11, 19))
    page = (await budi.get("/pengaduan")).text
    assert page.index(late) < page.index(today) < page.index(later)
    assert page.count("terlambat") == 1
    assert page.count("hari ini") == 1
    assert late not in (await budi.get("/pengaduan?status=closed")).text
    detail = (await budi.get(f"/pengaduan/{late}")).text
    assert "&lt;b&gt;Ditolak&lt;/b&gt; RS" in detail
    assert f'href="/desk/percakapan/{id_}"' in detail
    assert "Diterima" in detail
    assert late in (await budi.get(f"/percakapan/{id_}")).text


async def test_evidence_is_with_its_complaint(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    budi, id_ = await signed_in(), await waiting(files=(PICTURE,))
    file_id = await file_in(database, id_)
    async with database.transaction() as session:
        case = await case_of(database, session, clock, id_)
        number = await case.file_complaint(
            NewComplaint(None, "other", "Petugas loket", None, Urgency.NORMAL, (file_id,), date(2026, 11, 27))
        )
    detail = (await budi.get(f"/pengaduan/{number}")).text
    assert f"/desk/percakapan/{id_}/berkas/{file_id}" in detail
    assert "struk.png" in detail


@pytest.fixture
async def lead(waiting: Waiting, database: Database, clock: Clock) -> Lead:
    id_ = await waiting(name=None)
    async with database.transaction() as session:
        case = await case_of(database, session, clock, id_)
        await case.give_consent(Purpose.CONTACT, "contact-2026-11")
        await case.leave_contact(NewLead(NAME, PHONE, Segment.BPU, "Penjual bakso", "Bogor"))
    async with database.sessions() as session:
        return (await session.scalars(select(Lead))).one()


async def test_name_and_phone_of_a_lead_are_sealed_everywhere(
    signed_in: SignIn, lead: Lead, database: Database
) -> None:
    budi = await signed_in()
    pages = ("", "/prospek", "/prospek?selesai=1", f"/percakapan/{lead.conversation_id}", "/pengaduan", "/pengingat")
    for path in pages:
        shown = (await budi.get(path)).text
        assert PHONE not in shown
        assert NAME not in shown
    listed = (await budi.get("/prospek")).text
    assert "•••7890" in listed
    assert "R••• M•••" in listed
    assert await audited(database, "unmask") == []


async def test_unmasking_needs_a_reason_and_is_shown_once(signed_in: SignIn, lead: Lead, database: Database) -> None:
    budi = await signed_in()
    refused = await budi.post(f"/prospek/{lead.id}/buka", reason="  ")
    assert refused.status_code == 422
    assert PHONE not in refused.text
    opened = await budi.post(f"/prospek/{lead.id}/buka", reason="menelepon prospek")
    assert PHONE in opened.text
    assert NAME in opened.text
    assert opened.headers["cache-control"] == "no-store"
    assert PHONE not in (await budi.get("/prospek")).text
    (entry,) = await audited(database, "unmask")
    assert (entry.staff_id, entry.subject) == (budi.staff_id, f"lead {lead.id}")
    assert entry.detail == {"reason": "menelepon prospek"}


async def test_unmasking_without_the_token_shows_nothing(signed_in: SignIn, lead: Lead, database: Database) -> None:
    budi = await signed_in()
    answer = await budi.http.post(f"/desk/prospek/{lead.id}/buka", data={"reason": "menelepon"})
    assert answer.status_code == 403
    assert PHONE not in answer.text
    assert await audited(database, "unmask") == []


async def test_a_lead_is_done_once(signed_in: SignIn, lead: Lead, database: Database) -> None:
    budi = await signed_in()
    for _ in range(2):
        assert (await budi.post(f"/prospek/{lead.id}/selesai")).status_code == 303
    assert len(await audited(database, "lead_done")) == 1
    assert lead.number not in (await budi.get("/prospek")).text
    assert lead.number in (await budi.get("/prospek?selesai=1")).text
    assert (await budi.post("/prospek/99/selesai")).status_code == 404
    assert (await budi.post("/prospek/99/buka", reason="menelepon")).status_code == 404


async def test_nudges_are_counted_by_day_and_the_unknown_ones_listed(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    budi, id_ = await signed_in(), await waiting()
    async with database.transaction() as session:
        case = await case_of(database, session, clock, id_)
        await case.keep_membership(NewMembership(Scheme.JKN, Segment.PBPU, (Programme.JKN,), 42_000, date(2026, 11, 1)))
        membership = (await session.scalars(select(Membership))).one()
        rows = {
            "week_before": ("sent", None),
            "day_before": ("suppressed", "paid"),
            "due_day": ("unknown", "no_answer: x"),
        }
        session.add_all(
            Nudge(
                participant_id=membership.participant_id,
                membership_id=membership.id,
                programme="jkn",
                period=date(2026, 11, 1),
                step=step,
                due_on=date(2026, 11, 10),
                send_after=clock(),
                send_before=clock() + timedelta(hours=9),
                state=state,
                reason=reason,
                planned_at=clock(),
            )
            for step, (state, reason) in rows.items()
        )
    page = (await budi.get("/pengingat")).text
    assert "Jum, 20 Nov 2026" in page
    assert "sudah dibayar" in page
    assert "Belum pasti terkirim" in page
    assert "hari jatuh tempo" in page
    assert "no_answer" not in page
    assert "Rp42.000 per bulan" in (await budi.get(f"/percakapan/{id_}")).text
    async with database.sessions() as session:
        lost = (await session.scalars(select(Nudge.id).where(Nudge.state == "unknown"))).one()
        sent = (await session.scalars(select(Nudge.id).where(Nudge.state == "sent"))).one()
    assert "Seharusnya" in page
    assert (await budi.post(f"/pengingat/{sent}/kirim-ulang")).status_code == 409
    assert (await budi.post(f"/pengingat/{lost}/kirim-ulang")).status_code == 303
    assert (await budi.post(f"/pengingat/{lost}/kirim-ulang")).status_code == 409
    assert [entry.subject for entry in await audited(database, "nudge_sent_again")] == [f"nudge {lost}"]
