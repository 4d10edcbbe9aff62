"""Corrections of an answered question, as people type them."""

from __future__ import annotations

import pytest

from dialogs.corrections import Correction, correction

TITLES = {"name": "nama", "born": "tanggal lahir", "phone": "nomor hp", "income": "penghasilan", "address": "alamat"}


@pytest.mark.parametrize(
    ("typed", "question", "value"),
    [
        ("eh salah nama saya Slamet Riyadi", "name", "Slamet Riyadi"),
        ("ubah nama jadi Tono Prabowo", "name", "Tono Prabowo"),
        ("penghasilan salah harusnya 3 juta", "income", "3 juta"),
        ("alamat ganti Jl Anggrek 12 Depok", "address", "Jl Anggrek 12 Depok"),
        ("eh nama saya salah", "name", ""),
        ("namanya salah, yang benar Siti", "name", "Siti"),
        ("ganti gaji 4jt", "income", "4jt"),
        ("no hp salah", "phone", ""),
        ("ubah tgl lahir", "born", ""),
    ],
)
def test_a_named_answer_is_corrected(typed: str, question: str, value: str) -> None:
    assert correction(typed, TITLES, in_story=False) == Correction((question,), value)


@pytest.mark.parametrize(
    "typed", ["nama saya Slamet", "salah", "ganti", "penghasilan 3 juta", "salah potong gaji", "Jl Salah Nama 5"]
)
def test_other_words_correct_nothing(typed: str) -> None:
    found = correction(typed, TITLES, in_story=False)
    assert found is None or found.questions == ()


def test_a_story_may_say_that_something_is_wrong() -> None:
    assert correction("nama saya salah di kartu", TITLES, in_story=True) is None
