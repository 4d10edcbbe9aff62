from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_security.errors import NotANik
from social_security.nik import NikWarning, Sex, check_nik

TODAY = date(2026, 11, 20)
PLACE = "3273" + "01"


@pytest.mark.parametrize(
    ("birth", "born", "sex"),
    [
        ("010190", date(1990, 1, 1), Sex.MALE),
        ("410190", date(1990, 1, 1), Sex.FEMALE),
        ("710385", date(1985, 3, 31), Sex.FEMALE),
        ("310385", date(1985, 3, 31), Sex.MALE),
        ("201126", date(2026, 11, 20), Sex.MALE),
        ("211126", date(1926, 11, 21), Sex.MALE),
        ("290200", date(2000, 2, 29), Sex.MALE),
    ],
)
def test_birth_date_and_sex(birth: str, born: date, sex: Sex) -> None:
    nik = check_nik(PLACE + birth + "0001", today=TODAY)

    assert (nik.birth_date, nik.sex, nik.warnings) == (born, sex, ())
    assert nik.province == "Jawa Barat"


@pytest.mark.parametrize("birth", ["000190", "320190", "400190", "720190", "011390", "310290", "990101"])
def test_an_impossible_birth_date_is_a_warning(birth: str) -> None:
    nik = check_nik(PLACE + birth + "0001", today=TODAY)

    assert nik.birth_date is None
    assert nik.warnings == (NikWarning.BIRTH_DATE,)


@pytest.mark.parametrize(
    ("province", "warned"), [("10", True), ("00", True), ("20", True), ("99", True), ("97", False)]
)
def test_an_unknown_province_is_a_warning(province: str, *, warned: bool) -> None:
    nik = check_nik(province + "0101" + "010190" + "0001", today=TODAY)

    assert (NikWarning.PROVINCE in nik.warnings) is warned


def test_serials_begin_at_one() -> None:
    assert check_nik(PLACE + "010190" + "0000", today=TODAY).warnings == (NikWarning.SERIAL,)


@pytest.mark.parametrize("separator", [" ", ".", "-", "\u200b", "\u00a0"])
def test_separators_do_not_matter(separator: str) -> None:
    written = separator.join((PLACE, "010190", "0001"))
    assert check_nik(written, today=TODAY).digits == PLACE + "010190" + "0001"


@pytest.mark.parametrize(
    "text", ["", "abc", "3273", PLACE + "010190" + "001", PLACE + "010190" + "00011", PLACE + "0101900001x"]
)
def test_anything_else_is_no_nik_and_is_not_repeated(text: str) -> None:
    with pytest.raises(NotANik, match="exactly 16 digits") as refusal:
        check_nik(text, today=TODAY)
    assert not text or text not in str(refusal.value)


def test_a_nik_is_not_printed() -> None:
    number = PLACE + "010190" + "0001"
    shown = repr(check_nik(number, today=TODAY))
    assert number not in shown
    assert "1990" not in shown


@given(born=st.dates(min_value=date(1926, 11, 21), max_value=TODAY), woman=st.booleans())
def test_every_birth_date_of_a_century_is_read_back(born: date, *, woman: bool) -> None:
    day = born.day + (40 if woman else 0)
    nik = check_nik(f"{PLACE}{day:02}{born:%m%y}0001", today=TODAY)

    assert nik.birth_date == born
    assert nik.sex is (Sex.FEMALE if woman else Sex.MALE)
