"""A complaint at the desk: every step by the table, told to the participant, written down; late ones and the export."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.services import Services
from dialogs.complaint_states import RULES
from dialogs.ports import ComplaintState, NewComplaint, Urgency
from social_security.programmes import Scheme
from storage.case import StoredCase
from storage.complaints import add_to_complaint, reopen_complaint
from storage.database import Database
from storage.desk_work import take_over
from storage.models import Complaint, ComplaintEvent, Contact, Conversation, Message, Role
from storage.staff_sessions import SignedIn
from tests.conftest import Clock
from tests.desk.on_telegram import arrives_on_telegram, writes_on_telegram
from tests.desk.working import Browser, SignIn, Waiting, audited, said

WORDS = "Kami sudah menelepon kantor cabang."


async def complain(
    database: Database,
    clock: Clock,
    conversation_id: int,
    promised_on: date = date(2026, 11, 27),
    category: str = "employer",
) -> str:
    async with database.transaction() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        contact = await session.get_one(Contact, conversation.contact_id)
        message_id = (await session.scalars(select(Message.id))).first() or 0
        case = StoredCase(session, database.vault, conversation, contact, message_id, clock())
        return await case.file_complaint(
            NewComplaint(Scheme.BPJSTK, category, "Iuran tidak dibayar", "Bekasi", Urgency.NORMAL, (), promised_on)
        )


async def complaint_of(database: Database, number: str) -> Complaint:
    async with database.sessions() as session:
        return (await session.scalars(select(Complaint).where(Complaint.number == number))).one()


async def step(budi: Browser, number: str, seen: str, after: str, **fields: str) -> int:
    answer = await budi.post(f"/pengaduan/{number}/langkah", seen=seen, after=after, **fields)
    return answer.status_code


def steps(number: str) -> tuple[tuple[str, str, dict[str, str], str], ...]:
    """A way through every state: before, after, what the agent writes, what the participant reads."""
    return (
        ("received", "under_review", {}, "sedang diperiksa"),
        ("under_review", "waiting", {"words": "Kirim slip gaji Oktober."}, f"tambah {number}"),
        ("waiting", "forwarded", {"words": WORDS, "reference": "LKS-22/11"}, "LKS-22/11"),
        ("forwarded", "decided", {"words": "Iuran sudah dibetulkan."}, "sudah ada keputusan"),
        ("decided", "conveyed", {"words": "Saldonya terlihat dalam tiga hari."}, "lapor.go.id"),
        ("conveyed", "closed", {}, "kami tutup"),
        ("closed", "reopened", {}, "buka lagi dan diperiksa"),
    )


async def test_every_state_reaches_a_participant_on_telegram(
    signed_in: SignIn, services: Services, database: Database, clock: Clock, tmp_path: Path
) -> None:
    budi = await signed_in()
    id_ = await writes_on_telegram(database, services, "kantor saya tidak bayar iuran", clock())
    number = await complain(database, clock, id_)
    for seen, after, fields, _ in steps(number):
        assert await step(budi, number, seen, after, **fields) == 303
    arrived = [sent["text"] for sent in await arrives_on_telegram(database, tmp_path, clock())]
    assert len(arrived) == len(steps(number))
    for text, (_, _, fields, told) in zip(arrived, steps(number), strict=True):
        assert told in text
        assert fields.get("words", "") in text


async def test_every_step_is_told_in_plain_words_and_written_down(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    budi, id_ = await signed_in(), await waiting(reason=None)
    number = await complain(database, clock, id_)
    path = steps(number)
    for seen, after, fields, told in path:
        assert await step(budi, number, seen, after, **fields) == 303
        newest = (await said(database, id_))[-1]
        assert (newest.author, newest.staff_id) == ("agent", budi.staff_id)
        assert told in newest.text
        assert fields.get("words", "") in newest.text
    detail = (await budi.get(f"/pengaduan/{number}")).text
    assert "Kirim slip gaji Oktober." in detail
    assert "LKS-22/11" in detail
    entries = await audited(database, "complaint_moved")
    assert [entry.detail["after"] for entry in entries] == [after for _, after, _, _ in path]
    assert {entry.subject for entry in entries} == {f"complaint {number}"}


@pytest.mark.parametrize("before", list(ComplaintState))
async def test_only_the_steps_of_the_table_are_taken(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock, before: ComplaintState
) -> None:
    budi, id_ = await signed_in(), await waiting(reason=None)
    for after in set(ComplaintState) - set(RULES[before].next):
        number = await complain(database, clock, id_)
        async with database.transaction() as session:
            (await session.scalars(select(Complaint).where(Complaint.number == number))).one().state = before
        assert await step(budi, number, before, after, words=WORDS, reference="L-1") == 409
        assert (await complaint_of(database, number)).state == before
    assert await said(database, id_) == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"after": "waiting"}, 422),
        ({"after": "forwarded", "words": WORDS}, 422),
        ({"after": "under_review", "promised_on": "2026-11-01"}, 422),
        ({"after": "under_review", "promised_on": "besok"}, 422),
        ({"after": "under_review", "seen": "waiting"}, 409),
        ({"after": "nowhere"}, 409),
    ],
)
async def test_an_incomplete_or_old_form_changes_nothing(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock, fields: dict[str, str], status: int
) -> None:
    budi, id_ = await signed_in(), await waiting(reason=None)
    number = await complain(database, clock, id_)
    assert await step(budi, number, **{"seen": "received", **fields}) == status
    assert (await complaint_of(database, number)).state == "received"
    assert await said(database, id_) == []


async def test_a_new_promise_is_kept_and_told(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    budi, id_ = await signed_in(), await waiting(reason=None)
    number = await complain(database, clock, id_)
    assert await step(budi, number, "received", "under_review", promised_on="2026-12-01") == 303
    assert (await complaint_of(database, number)).promised_on == date(2026, 12, 1)
    assert "Selasa, 1 Desember 2026" in (await said(database, id_))[-1].text


async def test_a_colleagues_conversation_and_a_form_without_token_are_refused(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    budi, wati, id_ = await signed_in(), await signed_in("Wati"), await waiting()
    number = await complain(database, clock, id_)
    async with database.transaction() as session:
        holder = SignedIn(wati.staff_id, "Wati", Role.AGENT, "", b"")
        await take_over(session, holder, id_, clock())
    assert await step(budi, number, "received", "under_review") == 409
    answer = await wati.http.post(f"/desk/pengaduan/{number}/langkah", data={"seen": "received", "after": "closed"})
    assert answer.status_code == 403
    assert (await complaint_of(database, number)).state == "received"
    assert await step(wati, number, "received", "under_review") == 303
    assert await step(wati, "PD-NOBODY", "received", "under_review") == 404


async def test_what_the_participant_adds_and_reopens_stands_in_the_history(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    budi, id_ = await signed_in(), await waiting(reason=None)
    number = await complain(database, clock, id_)
    await step(budi, number, "received", "waiting", words="Kirim slip gaji.")
    async with database.transaction() as session:
        conversation = await session.get_one(Conversation, id_)
        whose = (await session.get_one(Contact, conversation.contact_id)).participant_id
        added = await add_to_complaint(session, conversation, whose, number, "slip <b>Oktober</b>", (), clock())
        assert added
        assert added.state is ComplaintState.UNDER_REVIEW
        other = await add_to_complaint(session, conversation, whose + 1, number, "bukan milik saya", (), clock())
        assert other is None
        assert await reopen_complaint(session, whose, number, "belum", date(2026, 12, 1), clock()) is None
    detail = (await budi.get(f"/pengaduan/{number}")).text
    assert "slip &lt;b&gt;Oktober&lt;/b&gt;" in detail
    assert "bukan milik saya" not in detail
    async with database.sessions() as session:
        states = list(await session.scalars(select(ComplaintEvent.state).order_by(ComplaintEvent.id)))
    assert states == ["received", "waiting", "under_review"]


async def test_a_closed_complaint_is_reopened_by_its_participant_with_a_new_promise(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    budi, id_ = await signed_in(), await waiting(reason=None)
    number = await complain(database, clock, id_)
    await step(budi, number, "received", "decided", words="Sudah dibetulkan.")
    await step(budi, number, "decided", "conveyed", words="Silakan dicek.")
    await step(budi, number, "conveyed", "closed")
    async with database.transaction() as session:
        conversation = await session.get_one(Conversation, id_)
        whose = (await session.get_one(Contact, conversation.contact_id)).participant_id
        stranger = await reopen_complaint(session, whose + 1, number, "bukan saya", date(2026, 12, 4), clock())
        assert stranger is None
        found = await reopen_complaint(session, whose, number, "masih bolong", date(2026, 12, 4), clock())
    assert found is not None
    assert (found.state, found.promised_on) == (ComplaintState.REOPENED, date(2026, 12, 4))
    assert "masih bolong" in (await budi.get(f"/pengaduan/{number}")).text


async def test_the_late_ones_are_listed_and_counted(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    budi, id_ = await signed_in(), await waiting()
    on_time = await complain(database, clock, id_)
    late = await complain(database, clock, id_, date(2026, 11, 19))
    settled = await complain(database, clock, id_, date(2026, 11, 18))
    await step(budi, settled, "received", "decided", words=WORDS)
    page = (await budi.get("/pengaduan?status=lewat")).text
    assert late in page
    assert on_time not in page
    assert settled not in page
    assert 'badge-bad">1</span>' in page


async def test_the_export_tells_states_and_dates_but_no_stories(
    signed_in: SignIn, waiting: Waiting, database: Database, clock: Clock
) -> None:
    budi, id_ = await signed_in(), await waiting()
    number = await complain(database, clock, id_)
    await step(budi, number, "received", "forwarded", words=WORDS, reference="=cmd")
    clock.move(timedelta(days=20))
    budi = await signed_in("Tono")
    answer = await budi.get("/pengaduan.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    header, row = csv.reader(io.StringIO(answer.text.lstrip("\ufeff")))
    told = dict(zip(header, row, strict=True))
    assert (told["Nomor"], told["Status"], told["Terlambat"]) == (number, "Diteruskan ke BPJS", "ya")
    assert told["Nomor BPJS"] == "'=cmd"
    assert "Iuran tidak dibayar" not in answer.text
    assert (await audited(database, "complaints_exported"))[0].detail == {"rows": 1}
