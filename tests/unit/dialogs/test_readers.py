"""Reading answers the way people type them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs import readers
from dialogs.amounts import amounts_in
from dialogs.dates import months_in
from dialogs.forms import Reader, Unreadable
from dialogs.messages import Choice, Entity, Inbound, Understanding
from dialogs.steering import asks, command_typed, is_question, picked
from dialogs.tables import Command
from tests.unit.dialogs.engine_world import PHOTO, SEGMENTS

TODAY = date(2026, 11, 20)


def read(reader: Reader, text: str, understanding: Understanding | None = None) -> Any:
    return reader(Inbound(text=text), understanding, TODAY)


def unreadable(reader: Reader, text: str) -> str:
    with pytest.raises(Unreadable) as caught:
        read(reader, text)
    return caught.value.words


@pytest.mark.parametrize(
    ("text", "rupiah"),
    [
        ("1,5 juta", 1_500_000),
        ("50rb", 50_000),
        ("Rp 2.500.000", 2_500_000),
        ("Rp2.500.000,-", 2_500_000),
        ("2.500.000,00", 2_500_000),
        ("2jt-an", 2_000_000),
        ("sekitar 2 jutaan kak", 2_000_000),
        ("dua juta", 2_000_000),
        ("dua juta lima ratus ribu", 2_500_000),
        ("2jt 500rb", 2_500_000),
        ("satu setengah juta", 1_500_000),
        ("dua juta setengah", 2_500_000),
        ("sejuta", 1_000_000),
        ("tiga puluh lima ribu", 35_000),
        ("gaji 3 juta kerja 8 jam", 3_000_000),
        ("2500000", 2_500_000),
        ("150k", 150_000),
    ],
)
def test_amounts(text: str, rupiah: int) -> None:
    assert read(readers.amount(), text) == rupiah


@pytest.mark.parametrize("text", ["banyak", "5", "", "2 juta atau 3 juta", "9" * 40, "{{7*7}}", "²"])
def test_what_is_no_amount(text: str) -> None:
    assert unreadable(readers.amount(), text) == "engine/expected_amount"


def test_an_amount_too_large() -> None:
    assert unreadable(readers.amount(maximum=10_000_000), "20 juta") == "engine/expected_smaller_amount"


@given(st.integers(1_000, 999_999_999))
def test_every_amount_written_with_dots_is_read_back(rupiah: int) -> None:
    assert amounts_in(f"Rp {rupiah:,}".replace(",", ".")) == [rupiah]


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("Oktober", "2026-10-01"),
        ("okt 2025", "2025-10-01"),
        ("des 26", "2026-12-01"),
        ("Desember", "2026-12-01"),
        ("bulan ini", "2026-11-01"),
        ("bln skrg", "2026-11-01"),
        ("bln kemarin", "2026-10-01"),
        ("bulan depan", "2026-12-01"),
        ("10/2026", "2026-10-01"),
        ("9", "2026-09-01"),
        ("1", "2027-01-01"),
        ("agt", "2026-08-01"),
        ("tgl 10 bln dpn", "2026-12-01"),
        ("akhir bulan lalu", "2026-10-01"),
        ("sepuluh november", "2026-11-01"),
    ],
)
def test_months(text: str, month: str) -> None:
    assert read(readers.month(), text) == month


@pytest.mark.parametrize("text", ["entahlah", "13", "", "x" * 500])
def test_what_is_no_month(text: str) -> None:
    assert unreadable(readers.month(), text) == "engine/expected_month"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("kmrn", "2026-11-19"),
        ("sekarang", "2026-11-20"),
        ("3 Oktober", "2026-10-03"),
        ("05-11-2026", "2026-11-05"),
        ("tgl 10", "2026-11-10"),
        ("tgl 10 bln dpn", "2026-12-10"),
        ("mungkin tgl 10 bln dpn ya", "2026-12-10"),
        ("tanggal 3 bulan lalu", "2026-10-03"),
        ("tgl 31 bulan ini", "2026-11-30"),
        ("akhir bulan", "2026-11-30"),
        ("awal bln dpn", "2026-12-01"),
        ("bsk", "2026-11-21"),
        ("lusa", "2026-11-22"),
        ("kemarin lusa", "2026-11-18"),
        ("wingi", "2026-11-19"),
        ("semalam", "2026-11-19"),
        ("tadi pagi", "2026-11-20"),
        ("minggu lalu", "2026-11-13"),
        ("2 minggu lalu", "2026-11-06"),
        ("dua hari lalu", "2026-11-18"),
        ("tanggal 3 kemarin", "2026-11-03"),
        ("tgl 10 november", "2026-11-10"),
        ("sepuluh november", "2026-11-10"),
        ("tanggal dua puluh lima oktober", "2026-10-25"),
    ],
)
def test_days(text: str, day: str) -> None:
    assert read(readers.day(), text) == day


@pytest.mark.parametrize("text", ["tanggal 40 bulan depan", "tanggal 0 bulan ini", "entah kapan", "satu dua tiga"])
def test_what_is_no_day(text: str) -> None:
    assert unreadable(readers.day(), text) == "engine/expected_day"


def test_a_day_out_of_range() -> None:
    assert unreadable(readers.day(earliest=TODAY), "kemarin") == "engine/expected_day"


@pytest.mark.parametrize("text", ["0812-3456-7890", "+62 812 3456 7890", "nomor saya 081234567890 ya"])
def test_phone_numbers(text: str) -> None:
    assert read(readers.phone(), text) == "+6281234567890"


def test_a_phone_number_abroad_and_a_shared_one() -> None:
    assert read(readers.phone(), "+852 9123 4567") == "+85291234567"
    shared = Inbound(phone="+6281234567890")
    assert readers.phone()(shared, None, TODAY) == "+6281234567890"


@pytest.mark.parametrize("text", ["12345", "tidak punya", "", "9" * 10_000])
def test_what_is_no_phone_number(text: str) -> None:
    assert unreadable(readers.phone(), text) == "engine/expected_phone"


@pytest.mark.parametrize("name", ["Siti Aminah", "Ny. D'Angelo-Putri", "Ömer", "Nur  Hidayah"])
def test_names(name: str) -> None:
    assert read(readers.name(), name) == " ".join(name.split())


@pytest.mark.parametrize("text", ["12345", "www.jahat.com", "<b>Budi</b>", "{{ 7*7 }}", "x" * 81, "B", "😀", ""])
def test_what_is_no_name(text: str) -> None:
    assert unreadable(readers.name(), text) == "engine/expected_name"


def test_choices_by_synonym_by_mention_and_by_entity() -> None:
    reader = readers.choice_of(SEGMENTS, {"bpu": ["ojol", "jualan"]}, entity="segment")
    assert read(reader, "saya jualan di pasar") == "bpu"
    assert read(reader, "KARYAWAN") == "pu"
    assert read(reader, "tkw", Understanding("inform", 0.9, entities=(Entity("segment", "pmi"),))) == "pmi"
    assert unreadable(reader, "bukan karyawan") == "engine/expected_choice"
    assert unreadable(reader, "karyawan sambil jualan") == "engine/expected_choice"


@pytest.mark.parametrize("text", ["ya", "Iya kak", "oke deh", "👍", "betul", "setuju pak"])
def test_yes(text: str) -> None:
    assert read(readers.yes_no(), text) == "yes"


@pytest.mark.parametrize("text", ["tidak", "ga usah kak", "enggak", "👎", "jangan dulu"])
def test_no(text: str) -> None:
    assert read(readers.yes_no(), text) == "no"


@pytest.mark.parametrize("text", ["mau ngadu", "ya tidak", "tidak tahu caranya", "sudah bayar tapi ditolak", "mungkin"])
def test_neither_yes_nor_no(text: str) -> None:
    assert unreadable(readers.yes_no(), text) == "engine/expected_yes_no"


def test_yes_and_no_by_meaning() -> None:
    assert read(readers.yes_no(), "gas", Understanding("affirm", 0.9)) == "yes"


def test_texts_numbers_and_files() -> None:
    assert read(readers.text(3, 10), "  <b>hai</b> ".strip()[:10]) == "<b>hai</b>"
    assert unreadable(readers.text(3, 10), "x" * 10_000) == "engine/expected_shorter"
    assert unreadable(readers.text(3, 10), "😀😀😀") == "engine/expected_text"
    assert read(readers.digits(1, 20), "3 orang") == 3
    assert unreadable(readers.digits(1, 20), "25") == "engine/expected_number"
    assert readers.files()(Inbound(files=(PHOTO,)), None, TODAY) == [7]
    assert unreadable(readers.files(), "nanti") == "engine/expected_files"


@pytest.mark.parametrize("text", ["2", "2.", "no 2", "No. 2", "dua", "nomor dua", "yang kedua", "2)", "2️⃣", "２", "٢"])
def test_a_digit_picks_what_was_offered(text: str) -> None:
    assert picked(text, SEGMENTS) == "bpu"


@pytest.mark.parametrize("text", ["usaha sendiri", "USAHA  SENDIRI!", "Usaha sendiri 😀"])
def test_a_title_picks_what_was_offered(text: str) -> None:
    assert picked(text, SEGMENTS) == "bpu"


def test_how_only_one_title_begins_picks_it() -> None:
    offered = (Choice("delete", "Lanjut hapus"), Choice("keep", "Tidak jadi"), Choice("other", "Tidak sekarang"))
    assert picked("Lanjut", offered) == "delete"
    assert picked("tidak jadi", offered) == "keep"
    assert picked("tidak", offered) is None
    assert picked("lan", offered) is None


@pytest.mark.parametrize("text", ["4", "0", "22", "2 juta", "", "dua tiga"])
def test_what_picks_nothing(text: str) -> None:
    assert picked(text, SEGMENTS) is None
    assert picked("1", ()) is None
    assert picked("!", (Choice("x", "?"),)) is None


def test_commands_and_questions() -> None:
    assert command_typed("BATAL!!", in_form=True) is Command.CANCEL
    assert command_typed("tolong petugas dong min", in_form=False) is Command.PERSON
    assert command_typed("stop", in_form=False) is None
    assert command_typed("batalkan kepesertaan saya", in_form=True) is None
    assert is_question("brp iurannya")
    assert is_question("iuran bpu ?")
    assert not is_question("apartemen saya")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("iya pake jht", "yes"),
        ("pake jht dong kak", "yes"),
        ("tanpa jht", "no"),
        ("gak pake jht", "no"),
        ("ga usah", "no"),
        ("iya", "yes"),
    ],
)
def test_yes_and_no_in_the_words_of_the_question(text: str, answer: str) -> None:
    assert read(readers.yes_no({"yes": ["pake jht"], "no": ["tanpa jht", "gak pake jht"]}), text) == answer


@pytest.mark.parametrize("text", ["berapa ya", "jht itu apa", "belum tau kalau pake jht gimana", "entahlah"])
def test_what_is_neither_yes_nor_no(text: str) -> None:
    assert unreadable(readers.yes_no({"yes": ["pake jht"]}), text) == "engine/expected_yes_no"


@pytest.mark.parametrize("text", ["kalo 3 bln sekaligus bisa gak", "nah berapa batasnya", "ini buat apa sih", "aman?"])
def test_a_question_is_heard_wherever_it_stands(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize("text", ["2 juta", "iya pake jht", "Siti Aminah", "besok"])
def test_an_answer_asks_nothing(text: str) -> None:
    assert not asks(text)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("agustus sampai oktober", [8, 9, 10]),
        ("september sampe november", [9, 10, 11]),
        ("jan-mar 2026", [1, 2, 3]),
        ("okt dan nov", [10, 11]),
        ("2 bulan: sep, okt", [9, 10]),
        ("okt, nov dan des 2026", [10, 11, 12]),
        ("november sampai oktober", []),
        ("desa sampai marah", []),
        ("bulan mei", []),
        ("", []),
    ],
)
def test_months_named_together(text: str, months: list[int]) -> None:
    assert [one.month for one in months_in(text, date(2026, 11, 20))] == months
