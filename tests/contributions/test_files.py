"""Bills and payments from a file: matched, unmatched, doubled, refused; the same file again changes nothing."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import func, select

from dialogs.ports import PeriodState
from social_security.programmes import Segment
from storage.contribution_files import Kind, Table, import_table, rows_of
from storage.database import Database
from storage.models import ContributionImport, Payment, Role
from storage.periods import periods_of
from storage.spreadsheets import Form, UnreadableTable, lines_of, table_file
from storage.staff import add_staff
from storage.staff_sessions import SignedIn
from tests.contributions.test_periods import a_participant

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)


async def imported(database: Database, kind: Kind, content: str | bytes) -> ContributionImport:
    async with database.transaction() as session:
        count = await session.scalar(select(func.count()).select_from(ContributionImport))
        staff = await add_staff(
            session, Role.AGENT, name="Ani", email=f"ani{count}@contoh.id", password="pagi hujan deras", now=NOW
        )
        who = SignedIn(staff.id, "Ani", Role.AGENT, "csrf", b"")
        rows = rows_of(content.encode() if isinstance(content, str) else content)
        number = await import_table(session, database.vault, who, Table(kind, "berkas.csv", rows), NOW)
        return await session.get_one(ContributionImport, number)


async def test_payments_match_in_whatever_way_dates_are_written(database: Database) -> None:
    one = await a_participant(database, first_month=NOVEMBER)
    two = await a_participant(database, first_month=NOVEMBER, segment=Segment.PBPU)
    file = (
        "Rekap pembayaran;;;;;\n"
        "Peserta;BPJS;Bulan;Jumlah;Tanggal bayar;Referensi\n"
        f"{one};Ketenagakerjaan;11/2026;20.000;05-11-2026;TRX-1\n"
        f"No. {two};Kesehatan;November 2026;Rp 20.000;2026-11-07;TRX-2\n"
        ";;;;;\n"
    )
    report = await imported(database, Kind.PAYMENTS, file)
    assert report.counts == {"matched": 2}
    async with database.sessions() as session:
        rows = (await session.scalars(select(Payment).order_by(Payment.paid_on))).all()
        assert [(row.amount, row.paid_on, row.source) for row in rows] == [
            (20_000, date(2026, 11, 5), "imported"),
            (20_000, date(2026, 11, 7), "imported"),
        ]
        assert (await periods_of(session, one))[0].state(NOW.date()) is PeriodState.PAID
    again = await imported(database, Kind.PAYMENTS, file)
    assert again.counts == {"doubled": 2}
    async with database.sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Payment)) == 2


async def test_each_row_that_is_not_taken_says_why_and_the_others_are(database: Database) -> None:
    one = await a_participant(database, first_month=NOVEMBER)
    two = await a_participant(database, first_month=NOVEMBER)
    report = await imported(
        database,
        Kind.PAYMENTS,
        "peserta,bpjs,bulan,jumlah,tanggal bayar,referensi\n"
        f"{one},ketenagakerjaan,2026-11,20000,2026-11-05,TRX-1\n"
        f"{two},ketenagakerjaan,2026-11,20000,2026-11-05,TRX-1\n"
        f"{one},kesehatan,2026-11,20000,,\n"
        "999,ketenagakerjaan,2026-11,20000,,\n"
        f"{two},ketenagakerjaan,kapan-kapan,20000,,\n"
        f"{two},ketenagakerjaan,2026-11,seikhlasnya,,\n"
        f"{two},ketenagakerjaan,2026-11,20000,2027-02-01,\n"
        f"{two},asuransi,2026-11,20000,,\n"
        ",ketenagakerjaan,2026-11,20000,,\n"
        f"{one},ketenagakerjaan,2026-11,99000,,TRX-1\n",
    )
    assert [(row["row"], row["outcome"], row["reason"]) for row in report.rows] == [
        (3, "refused", "reference"),
        (4, "unmatched", "membership"),
        (5, "unmatched", "membership"),
        (6, "refused", "month"),
        (7, "refused", "amount"),
        (8, "refused", "paid_on"),
        (9, "refused", "scheme"),
        (10, "refused", "participant"),
        (11, "refused", "not_the_bill"),
    ]
    assert report.counts == {"matched": 1, "refused": 7, "unmatched": 2}


@pytest.mark.parametrize(
    ("amount", "reason"),
    [("seratus", "amount"), ("-5", "amount"), ("0", "amount"), ("2,5", "amount"), ("105.000", "not_the_bill")],
)
async def test_a_payment_of_another_sum_settles_no_month(database: Database, amount: str, reason: str) -> None:
    one = await a_participant(database, first_month=NOVEMBER)
    file = f'peserta,bpjs,bulan,jumlah\n{one},ketenagakerjaan,2026-11,"{amount}"\n'
    report = await imported(database, Kind.PAYMENTS, file)
    assert [(row["outcome"], row["reason"]) for row in report.rows] == [("refused", reason)]
    async with database.sessions() as session:
        assert (await periods_of(session, one))[0].state(NOW.date()) is not PeriodState.PAID


async def test_a_bill_sets_the_amount_of_its_month(database: Database) -> None:
    one = await a_participant(database, first_month=NOVEMBER)
    bills = f"peserta\tprogram\tperiode\ttagihan\n{one}\tBPU\tDesember 2026\t36.800\n"
    assert (await imported(database, Kind.BILLS, bills)).counts == {"matched": 1}
    assert (await imported(database, Kind.BILLS, bills)).counts == {"doubled": 1}
    async with database.sessions() as session:
        assert [period.amount for period in await periods_of(session, one)] == [20_000, 36_800]


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"PK\x03\x04xlsx", "format"), (b"\x89PNG\x00", "format"), (b"nama,alamat\nA,B\n", "titles"), (b"", "titles")],
)
def test_what_is_no_table_is_refused_whole(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableTable) as refused:
        rows_of(content)
    assert refused.value.why == why


def a_workbook(*lines: list[Any], merged: str | None = None) -> bytes:
    """An XLSX file as an office saves it."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for line in lines:
        sheet.append(line)
    if merged:
        sheet.merge_cells(merged)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


async def test_a_workbook_with_merged_cells_and_two_kinds_of_dates_is_read(database: Database) -> None:
    people = [await a_participant(database, first_month=NOVEMBER) for _ in range(3)]
    file = a_workbook(
        ["Rekap pembayaran November"],
        [],
        ["No. Peserta", "BPJS", "Bulan", "Jumlah", "Tgl bayar", "Referensi"],
        [people[0], "Ketenagakerjaan", date(2026, 11, 1), 20_000, date(2026, 11, 5), "TRX-1"],
        [people[1], None, "November 2026", "Rp 20.000,00", "07-11-2026", "TRX-2"],
        [people[2], None, "2026-11", 20_000.0, "13 November 2026", "TRX-3"],
        merged="B4:B6",
    )
    report = await imported(database, Kind.PAYMENTS, file)
    assert report.counts == {"matched": 3}
    async with database.sessions() as session:
        rows = (await session.scalars(select(Payment).order_by(Payment.paid_on))).all()
        assert [(row.amount, row.paid_on) for row in rows] == [
            (20_000, date(2026, 11, 5)),
            (20_000, date(2026, 11, 7)),
            (20_000, date(2026, 11, 13)),
        ]
    assert (await imported(database, Kind.PAYMENTS, file)).counts == {"doubled": 3}


async def test_a_day_that_reads_two_ways_is_refused_and_not_guessed(database: Database) -> None:
    people = [await a_participant(database, first_month=NOVEMBER) for _ in range(3)]
    days = ["11/13/2026", "11/05/2026", "2026-11-05"]
    rows = [[one, "Ketenagakerjaan", "2026-11", 20_000, day] for one, day in zip(people, days, strict=True)]
    file = a_workbook(["Peserta", "BPJS", "Bulan", "Jumlah", "Tanggal bayar"], *rows)
    report = await imported(database, Kind.PAYMENTS, file)
    assert report.counts == {"refused": 2, "matched": 1}
    assert [(row["row"], row["reason"]) for row in report.rows] == [(2, "two_dates"), (3, "two_dates")]


async def test_formulas_are_taken_by_their_value_and_an_empty_one_is_refused(database: Database) -> None:
    one = await a_participant(database, first_month=NOVEMBER)
    file = a_workbook(["Peserta", "BPJS", "Bulan", "Jumlah"], [one, "Ketenagakerjaan", "2026-11", "=10000*2"])
    report = await imported(database, Kind.BILLS, file)
    assert [(row["outcome"], row["reason"]) for row in report.rows] == [("refused", "amount")]


@pytest.mark.parametrize("content", [b"PK\x03\x04 no zip", a_workbook()[:200], b"\x00\x01"])
def test_a_broken_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableTable) as refused:
        rows_of(content)
    assert refused.value.why == "format"


def test_a_workbook_that_swells_is_refused() -> None:
    swollen = io.BytesIO()
    with zipfile.ZipFile(swollen, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 130_000_000)
    with pytest.raises(UnreadableTable) as refused:
        rows_of(swollen.getvalue())
    assert refused.value.why == "too_long"


@pytest.mark.parametrize("form", Form)
def test_what_is_written_is_read_again_and_no_cell_is_a_formula(form: Form) -> None:
    written = table_file(form, ["Nama", "Jumlah", "Hari"], [["=1+1", 50_400, NOVEMBER], ["Siti\x07", None, None]])
    head, first, second = lines_of(written)
    assert list(head.cells) == ["Nama", "Jumlah", "Hari"]
    assert [cell.removeprefix("'") for cell in first.cells] == ["=1+1", "50400", "2026-11-01"]
    assert second.cells[0].startswith("Siti")
    if form is Form.XLSX:
        sheet = load_workbook(io.BytesIO(written)).active
        assert isinstance(sheet, Worksheet)
        assert sheet["A2"].data_type == "s"
    else:
        assert b"'=1+1" in written


def _rows_like(count: int, people: list[int]) -> bytes:
    lines = [(people[at % len(people)], "Ketenagakerjaan", "2026-11", 20_000, "2026-11-05") for at in range(count)]
    return table_file(Form.XLSX, ["Peserta", "BPJS", "Bulan", "Jumlah", "Tanggal bayar"], lines)


async def test_a_file_of_more_rows_than_are_taken_is_refused_before_anything_is_stored(database: Database) -> None:
    with pytest.raises(UnreadableTable) as refused:
        await imported(database, Kind.PAYMENTS, _rows_like(20_001, [1]))
    assert refused.value.why == "too_long"
