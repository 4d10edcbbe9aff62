"""Bills and payments from a file: matched, unmatched, doubled, refused; the same file again changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from dialogs.ports import PeriodState
from social_security.programmes import Segment
from storage.contribution_files import Kind, Table, UnreadableTable, import_table, rows_of_csv
from storage.database import Database
from storage.models import ContributionImport, Payment, Role
from storage.periods import periods_of
from storage.staff import add_staff
from storage.staff_sessions import SignedIn
from tests.contributions.test_periods import a_participant

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)


async def imported(database: Database, kind: Kind, content: str) -> ContributionImport:
    async with database.transaction() as session:
        count = await session.scalar(select(func.count()).select_from(ContributionImport))
        staff = await add_staff(
            session, Role.AGENT, name="Ani", email=f"ani{count}@contoh.id", password="pagi hujan deras", now=NOW
        )
        who = SignedIn(staff.id, "Ani", Role.AGENT, "csrf", b"")
        number = await import_table(
            session, database.vault, who, Table(kind, "berkas.csv", rows_of_csv(content.encode())), NOW
        )
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
        (11, "refused", "other_amount"),
    ]
    assert report.counts == {"matched": 1, "refused": 7, "unmatched": 2}


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
        rows_of_csv(content)
    assert refused.value.why == why
