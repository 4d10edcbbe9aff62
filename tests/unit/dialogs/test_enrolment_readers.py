"""What people type when they register: birth dates, incomes that vary, members of the family."""

from __future__ import annotations

from datetime import date

import pytest

from dialogs.enrolment_readers import born, described, email, member
from dialogs.forms import Reader, Unreadable
from dialogs.incomes import income
from dialogs.messages import Inbound

TODAY = date(2026, 11, 20)


def read(reader: Reader, text: str) -> object:
    return reader(Inbound(text=text), None, TODAY)


def unreadable(reader: Reader, text: str) -> str:
    with pytest.raises(Unreadable) as refused:
        read(reader, text)
    return refused.value.words


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("12-03-1990", "1990-03-12"),
        ("12/3/90", "1990-03-12"),
        ("5 Oktober 1988", "1988-10-05"),
        ("1990-03-12", "1990-03-12"),
        ("12031990", "1990-03-12"),
        ("lahir 12 maret 1990", "1990-03-12"),
        ("12-3-55", "1955-03-12"),
        ("dua belas maret sembilan puluh", "1990-03-12"),
        ("lima mei seribu sembilan ratus delapan puluh lima", "1985-05-05"),
        ("tanggal tujuh belas agustus sembilan belas sembilan puluh", "1990-08-17"),
        ("dua januari dua ribu satu", "2001-01-02"),
        ("lima oktober delapan delapan", "1988-10-05"),
        ("tujuh belas agustus nol satu", "2001-08-17"),
        ("satu mei satu sembilan sembilan nol", "1990-05-01"),
    ],
)
def test_birth_dates_are_read(typed: str, day: str) -> None:
    assert read(born(), typed) == day


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("17-08-2031", "enrol/birth_in_future"),
        ("dua belas maret", "enrol/expected_birth_year"),
        ("lahirnya dulu sekali", "enrol/expected_birth"),
        ("17 agustus", "enrol/expected_birth_year"),
        ("kemarin", "enrol/expected_birth_year"),
        ("12-03-1901", "enrol/expected_birth"),
        ("31-02-1990", "enrol/expected_birth"),
        ("12-03-1700", "enrol/birth_long_ago"),
    ],
)
def test_birth_dates_that_cannot_be_are_explained(typed: str, words: str) -> None:
    assert unreadable(born(), typed) == words


def test_somebody_too_old_is_told_on_the_birthday_and_not_before() -> None:
    reader = born(age_limit="bpu_registration_age_below")
    assert read(reader, "21-11-1961") == "1961-11-21"
    assert unreadable(reader, "20-11-1961") == "enrol/too_old"


def test_the_birth_date_of_a_child_who_works_is_asked_about_once_more() -> None:
    reader = born(age_limit="bpu_registration_age_below")
    with pytest.raises(Unreadable) as asked:
        read(reader, "12-03-2015")
    assert asked.value.words == "enrol/born_young"
    assert read(reader, f"{asked.value.begun} ya benar") == "2015-03-12"
    assert unreadable(reader, f"{asked.value.begun} bukan") == "enrol/born_young"
    assert read(reader, "12-03-2011") == "2011-03-12"
    assert read(born(), "12-03-2015") == "2015-03-12"


@pytest.mark.parametrize("typed", ["31-02-1990", "ya bener", "100rb sehari", "siap kang mas", "17 agustus 1990"])
def test_a_date_a_sum_or_a_courtesy_is_no_description(typed: str) -> None:
    assert unreadable(described("enrol/expected_address", 8, 200), typed) == "enrol/expected_address"


@pytest.mark.parametrize("typed", ["Jl. Melati 5 RT 01/02, Bekasi", "jl 17 agustus no 5", "Blok B5 no 12"])
def test_a_description_is_kept_as_it_was_typed(typed: str) -> None:
    assert read(described("enrol/expected_address", 8, 200), typed) == typed


def test_a_baby_may_be_born_yesterday() -> None:
    assert read(born(of_baby=True), "kemarin") == "2026-11-19"


@pytest.mark.parametrize(
    ("typed", "rupiah"),
    [
        ("2-3jt", 2_500_000),
        ("2 - 3 juta", 2_500_000),
        ("2jt sampai 3jt", 2_500_000),
        ("1,5-2 juta", 1_750_000),
        ("500rb-1jt", 750_000),
        ("dua juta", 2_000_000),
        ("kurang lebih 2 jutaan", 2_000_000),
        ("kadang 3jt kadang 2", 2_500_000),
        ("kadang 2 kadang 3jt", 2_500_000),
        ("100rb sehari, 25 hari", 2_500_000),
        ("penghasilan 1 juta buat januari 2027", 1_000_000),
        ("2000rb", 2_000_000),
        ("1.990 ribu", 1_990_000),
        ("150rb/hari kerja 26 hari", 3_900_000),
        ("2jt, kerja tiap hari", 2_000_000),
    ],
)
def test_incomes_are_read_with_their_range(typed: str, rupiah: int) -> None:
    assert read(income(), typed) == rupiah


def test_an_income_that_varies_is_asked_as_an_average() -> None:
    assert unreadable(income(), "seikhlasnya") == "enrol/income_varies"
    assert unreadable(income(), "5") == "engine/expected_amount"
    assert unreadable(income(), "kalo 3 program?") == "engine/expected_amount"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("sehari 100rb", "engine/income_of_a_day"),
        ("0812777788", "engine/expected_amount"),
        ("tahun 2027", "engine/expected_amount"),
        ("150rb/hari", "engine/income_of_a_day"),
        ("harian 120 ribu", "engine/income_of_a_day"),
        ("500rb seminggu", "engine/income_of_a_week"),
    ],
)
def test_what_is_earned_in_a_day_is_not_taken_for_a_month(typed: str, words: str) -> None:
    assert unreadable(income(), typed) == words


@pytest.mark.parametrize(
    "typed",
    [
        "Dodi Santoso, 12-05-2015, anak",
        "anak namanya Dodi Santoso lahir 12 mei 2015",
        "Dodi Santoso (anak) 12/05/15",
        "Dodi Santoso\n12 Mei 2015\nAnak",
    ],
)
def test_a_family_member_is_read_from_one_message(typed: str) -> None:
    assert read(member(), typed) == {"name": "Dodi Santoso", "born": "2015-05-12", "relation": "child"}


@pytest.mark.parametrize(
    ("typed", "name", "relation"),
    [
        ("Putra Wijaya, 12-05-1960, ayah", "Putra Wijaya", "parent"),
        ("Dewi Putri 12-05-2015 anak", "Dewi Putri", "child"),
        ("Cucu Sumiati (istri) 12-05-1990", "Cucu Sumiati", "spouse"),
        ("putri saya Dewi 12-05-2015", "Dewi", "child"),
    ],
)
def test_a_name_keeps_a_word_that_elsewhere_says_the_relation(typed: str, name: str, relation: str) -> None:
    told = read(member(), typed)
    assert told == {"name": name, "born": told["born"], "relation": relation}  # type: ignore[index]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Dodi Santoso", "enrol/expected_member"),
        ("12-05-2015 anak", "enrol/expected_member"),
        ("Dodi Santoso 12-05-2015", "enrol/expected_relation"),
        ("Dodi Santoso, 12-05-2035, anak", "enrol/birth_in_future"),
        ("istri saya Ani lahir 3 april 1990, anak saya Dodi 12-5-2015", "enrol/one_member_each"),
    ],
)
def test_what_is_missing_of_a_family_member_is_said(typed: str, words: str) -> None:
    assert unreadable(member(), typed) == words


def test_nobody_else_ends_the_family() -> None:
    assert read(member(), "Sudah semua.") == "none"


def test_an_email_needs_a_place() -> None:
    assert read(email(), "siti@contoh.id") == "siti@contoh.id"
    assert unreadable(email(), "siti") == "enrol/expected_email"
