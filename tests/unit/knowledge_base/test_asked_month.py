"""A question about another month is answered for that month."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.asked_month import day_asked_about
from tests.unit.knowledge_base.library_world import our_library

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("iuran januari 2027", "2027-01-01"),
        ("iuran bpu jan 27 berapa", "2027-01-01"),
        ("iuran bulan depan", "2026-12-01"),
        ("bln dpn bayar brp", "2026-12-01"),
        ("iuran tahun depan naik ga", "2027-01-01"),
        ("batas upah JP Maret 2027", "2027-03-01"),
        ("usia pensiun thn 2028", "2028-01-01"),
        ("mulai 2028 pensiun umur berapa", "2028-01-01"),
        ("maret tahun depan iurannya berapa", "2027-03-01"),
        ("iuran maret berapa", "2027-03-01"),
        ("resign juli kemarin, jht cair kapan", "2026-11-20"),
        ("resign bulan juli, jht cair kapan", "2026-11-20"),
        ("iuran desember", "2026-12-01"),
        ("iuran november", "2026-11-20"),
        ("iuran november 2026 berapa", "2026-11-20"),
        ("resign maret 2024 jht bisa cair?", "2026-11-20"),
        ("resign maret kemarin jht bisa cair?", "2026-11-20"),
        ("saya lahir tahun 1970", "2026-11-20"),
        ("gaji januari 35 ribu sehari", "2027-01-01"),
        ("iuran berapa", "2026-11-20"),
        ("", "2026-11-20"),
    ],
)
def test_the_day_a_question_is_about(question: str, day: str) -> None:
    assert day_asked_about(question, TODAY) == date.fromisoformat(day)


@given(st.text(max_size=80), st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_it_is_today_or_the_first_of_a_month_to_come(question: str, today: date) -> None:
    day = day_asked_about(question, today)

    assert day == today or (day > today and day.day == 1)


def answered(question: str) -> str:
    on = day_asked_about(question, TODAY)
    best = our_library().search(question, on)[0]
    said = our_library().render(best.article, on)
    return f"{said.text}\n{said.more or ''}"


@pytest.mark.parametrize(
    ("question", "words", "never"),
    [
        ("iuran bpu per bulan berapa", "Rp8.400", "sebesar Rp0"),
        ("iuran bpu januari 2027 per bulan berapa", "Rp16.800", "Rp8.400"),
        ("iuran bpu per bulan tahun depan berapa", "Rp16.800", "Rp8.400"),
        ("batas upah untuk iuran jp februari 2027", "Rp11.086.300", "Rp12"),
        ("batas upah untuk iuran jp Maret 2027", "175", "Rp11.086.300"),
        ("usia pensiun jp sekarang berapa tahun", "saat ini 59 tahun", "saat ini 60 tahun"),
        ("usia pensiun jp thn 2028 berapa tahun", "saat ini 60 tahun", "59 tahun"),
    ],
)
def test_figures_are_those_of_the_month_asked_about(question: str, words: str, never: str) -> None:
    said = answered(question)

    assert words in said
    assert never not in said


def test_no_relief_is_promised_for_a_month_after_it() -> None:
    question = "keringanan iuran BPU dari pemerintah april 2027"

    assert "bpu-relief" not in {hit.article.slug for hit in our_library().search(question, date(2027, 4, 1))}
    assert day_asked_about(question, TODAY) == date(2027, 4, 1)
