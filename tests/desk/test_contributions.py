"""Reports of payments at the desk: matched or refused with a word to the participant, months waived, sponsors named."""

from __future__ import annotations

import csv
import io
import re
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from bot.desk.receipts import PaidMonth, Receipt, receipt_pdf
from bot.inbound import InboundFile
from bot.services import Services
from bot.webchat.history import our_file, read_history
from dialogs.ports import NewMembership, PeriodState
from social_security.programmes import Programme, Scheme, Segment
from storage.case import StoredCase
from storage.database import Database
from storage.models import Contact, Conversation, Membership, Message, Payment, PaymentReport, StoredFile
from storage.periods import periods_of
from tests.conftest import Clock
from tests.desk.on_telegram import arrives_on_telegram, writes_on_telegram
from tests.desk.working import Browser, SignIn, Waiting, audited, file_in, said

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
PICTURE = InboundFile("struk.png", "image/png", b"\x89PNG\r\n\x1a\n")


@pytest.fixture
async def reported(waiting: Waiting, database: Database, clock: Clock) -> PaymentReport:
    """A participant of JKN who says that November is paid, with a picture."""
    id_ = await waiting(files=(PICTURE,), reason=None)
    return await report_november(database, clock, id_, (await file_in(database, id_),))


async def report_november(database: Database, clock: Clock, id_: int, proofs: tuple[int, ...] = ()) -> PaymentReport:
    """What a participant of JKN says of November, twice."""
    async with database.transaction() as session:
        conversation = await session.get_one(Conversation, id_)
        contact = await session.get_one(Contact, conversation.contact_id)
        message_id = (await session.scalars(select(Message.id).where(Message.conversation_id == id_))).one()
        case = StoredCase(session, database.vault, conversation, contact, message_id, clock())
        await case.keep_membership(NewMembership(Scheme.JKN, Segment.PBPU, (Programme.JKN,), 42_000, NOVEMBER))
        await case.report_payment(Scheme.JKN, NOVEMBER, proofs)
        await case.report_payment(Scheme.JKN, NOVEMBER)
    async with database.sessions() as session:
        return (await session.scalars(select(PaymentReport))).one()


async def states(database: Database, participant_id: int, clock: Clock) -> dict[date, PeriodState]:
    async with database.sessions() as session:
        return {one.month: one.state(clock().date()) for one in await periods_of(session, participant_id)}


async def test_a_report_waits_with_its_proof(signed_in: SignIn, reported: PaymentReport) -> None:
    budi = await signed_in()
    listed = (await budi.get("/iuran")).text
    assert f"/desk/iuran/laporan/{reported.id}" in listed
    assert "Nov 2026" in listed
    shown = (await budi.get(f"/iuran/laporan/{reported.id}")).text
    assert "struk.png" in shown
    assert "Rp42.000" in shown


async def test_a_match_settles_the_months_and_tells_the_participant(
    signed_in: SignIn, reported: PaymentReport, database: Database, clock: Clock
) -> None:
    budi = await signed_in()
    answer = await budi.http.post(
        f"/desk/iuran/laporan/{reported.id}/cocok",
        data={"csrf": budi.csrf, "month": ["2026-11-01", "2026-12-01"], "text": "Terima kasih."},
    )
    assert answer.status_code == 303
    assert await states(database, reported.participant_id, clock) == {
        NOVEMBER: PeriodState.PAID,
        DECEMBER: PeriodState.PAID,
    }
    (told,) = await said(database, reported.conversation_id)
    assert "November 2026, Desember 2026" in told.text
    assert "Terima kasih." in told.text
    (entry,) = await audited(database, "payment_confirmed")
    assert (entry.staff_id, entry.subject) == (budi.staff_id, f"report {reported.id}")
    again = await budi.post(f"/iuran/laporan/{reported.id}/tolak", text="Salah bulan.")
    assert again.status_code == 409
    assert len(await said(database, reported.conversation_id)) == 1


async def test_a_confirmed_payment_brings_its_receipt_to_the_participant_alone(
    signed_in: SignIn, reported: PaymentReport, services: Services, database: Database
) -> None:
    budi = await signed_in()
    await budi.post(f"/iuran/laporan/{reported.id}/cocok", month="2026-11-01")
    async with database.sessions() as session:
        ours = select(StoredFile).join(Message, Message.id == StoredFile.message_id).where(Message.direction == "out")
        (receipt,) = await session.scalars(ours.options(undefer(StoredFile.content_sealed)))
        address = await session.scalar(select(Contact.address))
        (proof,) = await session.scalars(select(StoredFile.id).where(StoredFile.id != receipt.id))
    assert address is not None
    assert b"%PDF" not in receipt.content_sealed
    content = services.database.vault.open(receipt.content_sealed, "files.content")
    assert content.startswith(b"%PDF")
    found = await our_file(database, address, receipt.id)
    assert found is not None
    assert found.name == f"tanda-terima-{reported.id}.pdf"
    assert await our_file(database, "visitor-of-somebody-else", receipt.id) is None
    assert await our_file(database, address, proof) is None
    shown = (await read_history(database, reported.conversation_id)).messages[-1]
    assert (shown.files, shown.downloads) == ((found.name,), (f"/chat/files/{receipt.id}",))


async def test_a_receipt_reaches_a_participant_on_telegram(
    signed_in: SignIn, services: Services, database: Database, clock: Clock, tmp_path: Path
) -> None:
    budi = await signed_in()
    id_ = await writes_on_telegram(database, services, "udah bayar november", clock())
    report = await report_november(database, clock, id_)
    matched = await budi.post(f"/iuran/laporan/{report.id}/cocok", month="2026-11-01")
    assert matched.status_code == 303
    receipt, told = await arrives_on_telegram(database, tmp_path, clock())
    assert receipt["document"]["file_name"] == f"tanda-terima-{report.id}.pdf"
    assert "November 2026" in told["text"]


def test_a_receipt_says_months_amounts_and_that_we_are_not_bpjs() -> None:
    months = [PaidMonth(NOVEMBER, 42_000), PaidMonth(DECEMBER, 42_000)]
    seen = datetime(2026, 11, 21, 3, tzinfo=UTC)
    written = receipt_pdf(Receipt(7, "jkn", months, "Budi \u2013 Ł", seen, seen))
    text = b"".join(zlib.decompress(part) for part in re.findall(rb"stream\n(.*?)endstream", written, re.DOTALL))
    for words in (b"Tanda terima", b"Bukan dokumen BPJS", b"Rp42.000", b"Rp84.000", b"BPJS Kesehatan", b"JMO"):
        assert words in text


async def test_a_refusal_needs_a_sentence_and_opens_the_month_again(
    signed_in: SignIn, reported: PaymentReport, database: Database, clock: Clock
) -> None:
    budi = await signed_in()
    assert (await budi.post(f"/iuran/laporan/{reported.id}/tolak", text="  ")).status_code == 422
    assert (await states(database, reported.participant_id, clock))[NOVEMBER] is PeriodState.REPORTED
    assert (await budi.post(f"/iuran/laporan/{reported.id}/tolak", text="Buktinya terpotong.")).status_code == 303
    assert (await states(database, reported.participant_id, clock))[NOVEMBER] is PeriodState.ARREARS
    (told,) = await said(database, reported.conversation_id)
    assert "Buktinya terpotong." in told.text
    assert "denda" not in told.text
    assert "Ditolak" in (await budi.get(f"/iuran/laporan/{reported.id}")).text


async def test_a_proof_of_another_month_opens_the_one_that_was_said(
    signed_in: SignIn, reported: PaymentReport, database: Database, clock: Clock
) -> None:
    budi = await signed_in()
    await budi.post(f"/iuran/laporan/{reported.id}/cocok", month="2026-12-01")
    assert await states(database, reported.participant_id, clock) == {
        NOVEMBER: PeriodState.ARREARS,
        DECEMBER: PeriodState.PAID,
    }
    async with database.sessions() as session:
        assert (await session.scalars(select(Payment.source))).all() == ["confirmed"]


@pytest.mark.parametrize(("fields", "status"), [({}, 422), ({"month": "kemarin"}, 422)])
async def test_a_match_without_a_readable_month_changes_nothing(
    signed_in: SignIn, reported: PaymentReport, database: Database, fields: dict[str, str], status: int
) -> None:
    budi = await signed_in()
    assert (await budi.post(f"/iuran/laporan/{reported.id}/cocok", **fields)).status_code == status
    assert await said(database, reported.conversation_id) == []


async def test_months_are_waived_for_a_reason_and_sponsors_get_their_table(
    signed_in: SignIn, reported: PaymentReport, database: Database, clock: Clock
) -> None:
    budi = await signed_in()
    whose = reported.participant_id
    async with database.sessions() as session:
        membership_id = (await session.scalars(select(Membership.id))).one()
        december = next(one for one in await periods_of(session, whose) if one.month == DECEMBER)
    assert (await budi.post(f"/iuran/bulan/{december.id}/bebaskan", reason="")).status_code == 422
    assert (await budi.post(f"/iuran/bulan/{december.id}/bebaskan", reason="Keringanan")).status_code == 303
    assert (await states(database, whose, clock))[DECEMBER] is PeriodState.WAIVED
    await budi.post(f"/iuran/kepesertaan/{membership_id}/penanggung", sponsor="=Pemkab Bogor")
    table = list(csv.reader(io.StringIO((await budi.get("/iuran/penanggung.csv?bulan=2026-11")).text)))
    assert table[1][:2] == ["'=Pemkab Bogor", str(whose)]
    assert table[1][4:] == ["2026-11", "42000", "2026-11-10", "Laporan peserta"]
    assert "Rp42.000" in (await budi.get(f"/iuran/peserta/{whose}")).text
    assert len(await audited(database, "sponsor_named")) == 1


@pytest.mark.parametrize("path", ["/iuran/laporan/999", "/iuran/peserta/999"])
async def test_what_is_not_there_is_said_kindly(signed_in: SignIn, path: str) -> None:
    budi = await signed_in()
    assert (await budi.get(path)).status_code == 404


async def test_nobody_decides_without_the_token(
    signed_in: SignIn, reported: PaymentReport, database: Database, clock: Clock
) -> None:
    budi = await signed_in()
    answer = await budi.http.post(f"/desk/iuran/laporan/{reported.id}/cocok", data={"month": "2026-11-01"})
    assert answer.status_code == 403
    assert (await states(database, reported.participant_id, clock))[NOVEMBER] is PeriodState.REPORTED


async def send(budi: Browser, content: bytes, name: str = "berkas.csv") -> httpx.Response:
    files = {"file": (name, content, "text/csv")}
    return await budi.http.post(
        "/desk/iuran/impor", data={"csrf": budi.csrf, "kind": "payments"}, files=files, follow_redirects=True
    )


async def test_a_file_of_payments_answers_the_report_that_waits_and_says_what_is_left(
    signed_in: SignIn, reported: PaymentReport, database: Database, clock: Clock
) -> None:
    budi = await signed_in()
    rows = f"Peserta,BPJS,Bulan,Jumlah\n{reported.participant_id},JKN,2026-11,42000\n999,JKN,2026-11,42000\n"
    shown = (await send(budi, rows.encode())).text
    assert "Tidak ketemu" in shown
    assert "peserta dengan BPJS itu tidak ada" in shown
    assert (await states(database, reported.participant_id, clock))[NOVEMBER] is PeriodState.PAID
    assert f"/desk/iuran/laporan/{reported.id}" not in (await budi.get("/iuran")).text
    assert "3,Tidak ketemu" in (await budi.get("/iuran/impor/1/sisa.csv")).text
    listed = (await budi.get("/iuran/impor")).text
    assert 'href="/desk/iuran/impor/1"' in listed
    assert "berkas.csv" in listed
    assert len(await audited(database, "contributions_imported")) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"PK\x03\x04", "tidak bisa dibaca"), (b"a,b\n1,2\n", "Judul kolom"), (b"Peserta,BPJS,Bulan\n", "kosong")],
)
async def test_a_file_that_is_no_table_is_refused_kindly(signed_in: SignIn, content: bytes, words: str) -> None:
    budi = await signed_in()
    answer = await send(budi, content)
    assert answer.status_code == 422
    assert words in answer.text
