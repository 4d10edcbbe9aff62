"""Numbers here are put together from parts, so that no identity number stands in the repository."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from social_security.identity import IdentityKind, find_identity_numbers, mask_identity_numbers

NIK = "3273" + "0101" + "0190" + "0001"
WOMAN = "3273" + "0141" + "0190" + "0002"
CARD = "000" + "12345" + "67890"
MASKED = "3273********0001"
ZERO_WIDTH = "\u200b"


def fullwidth(digits: str) -> str:
    return digits.translate({ord("0") + n: 0xFF10 + n for n in range(10)})


def arabic(digits: str) -> str:
    return digits.translate({ord("0") + n: 0x0660 + n for n in range(10)})


@pytest.mark.parametrize(
    "written",
    [
        NIK,
        f"{NIK[:4]} {NIK[4:8]} {NIK[8:12]} {NIK[12:]}",
        f"{NIK[:4]}.{NIK[4:8]}.{NIK[8:12]}.{NIK[12:]}",
        f"{NIK[:4]}-{NIK[4:6]}-{NIK[6:12]}-{NIK[12:]}",
        f"{NIK[:2]}.{NIK[2:4]}.{NIK[4:6]}.{NIK[6:12]}.{NIK[12:]}",
        f"{NIK[:4]}  {NIK[4:8]} - {NIK[8:12]} / {NIK[12:]}",
        f"{NIK[:8]}\n{NIK[8:]}",
        f"{NIK[:6]}\u2013{NIK[6:12]}\u2014{NIK[12:]}",
        f"{NIK[:8]}\u00a0{NIK[8:]}",
        " ".join(NIK),
        ".".join(NIK),
        "-".join(NIK),
        ZERO_WIDTH.join(NIK),
        "\u00ad".join(NIK),
        "\ufeff\u200d".join(NIK),
        f"{NIK[:8]}{ZERO_WIDTH} {ZERO_WIDTH}{NIK[8:]}",
        fullwidth(NIK),
        arabic(NIK),
        fullwidth(NIK[:8]) + arabic(NIK[8:]),
        "".join(digit + "\ufe0f\u20e3" for digit in NIK),
    ],
)
def test_a_nik_is_masked_however_it_is_written(written: str) -> None:
    masked = mask_identity_numbers(f"NIK saya {written} ya")

    # what clings to the last digit (an emoji's frame) may stay behind
    assert re.sub(r"[\ufe0f\u20e3]", "", masked) == f"NIK saya {MASKED} ya"


@pytest.mark.parametrize(
    "written",
    [CARD, f"{CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:]}", f"{CARD[:4]}-{CARD[4:8]}-{CARD[8:]}", " ".join(CARD)],
)
def test_a_jkn_card_is_masked(written: str) -> None:
    assert mask_identity_numbers(f"kartu {written}.") == "kartu 0001*****7890."


@pytest.mark.parametrize("phone", ["0812345678", "081234567890", "0812345678901", "628123456789", "6281234567890"])
@pytest.mark.parametrize("text", ["{}", "HP saya {}", "{}, {}", "{} {}", "+{}", "hubungi {} 1 jam lagi"])
def test_a_mobile_number_stays(phone: str, text: str) -> None:
    written = text.format(*[phone] * text.count("{}"))
    assert mask_identity_numbers(written) == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0812-3456-7890",
        "0812 3456 7890 atau 0813 9876 5432",
        "0812-3456-7890 0813-9876-5432",
        "081234567890 081398765432",
        "+62 812-3456-7890",
        "+62 812 3456 7890",
        "(0812) 3456 7890",
        "Rp 1.500.000",
        "Rp1.500.000,00",
        "1.500.000 sampai 2.500.000",
        "10.000.000 - 20.000.000",
        "iuran Rp16.800, Rp36.800, Rp54.800",
        "20-11-2026",
        "20/11/2026 15.000.000",
        "2026-11-20 2026-11-21",
        "tanggal 15 12 2026",
        "upah 2500000, umur 35, anak 2",
        "telepon 175 atau 165",
        "KPJ 12345678901",
        "jam 08:00-15:00",
        "sudah 24 bulan, 3 orang",
    ],
)
def test_what_is_no_identity_number_stays(text: str) -> None:
    assert mask_identity_numbers(text) == text


def test_a_number_beside_others_is_found() -> None:
    text = f"HP 0812-3456-7890, NIK {NIK}, kartu {CARD}, lahir 01-01-1990, gaji 2.500.000"

    assert mask_identity_numbers(text) == (
        f"HP 0812-3456-7890, NIK {MASKED}, kartu 0001*****7890, lahir 01-01-1990, gaji 2.500.000"
    )


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"{NIK} {WOMAN}", f"{MASKED} 3273********0002"),
        (f"081234567890 {NIK}", f"081234567890 {MASKED}"),
        (f"{NIK} 081234567890", f"{MASKED} 081234567890"),
        (f"{NIK}, 3 orang", f"{MASKED}, 3 orang"),
        (f"175 {CARD}", "175 0001*****7890"),
        (f"{NIK[:4]} {NIK[4:8]} {NIK[8:12]} {NIK[12:]}, 5", f"{MASKED}, 5"),
        (f"{NIK}9", "3273*********0019"),
        (f"x{NIK}x", f"x{MASKED}x"),
    ],
)
def test_neighbours_do_not_confuse(text: str, masked: str) -> None:
    assert mask_identity_numbers(text) == masked


def test_stars_of_somebody_else_hide_nothing() -> None:
    assert NIK[4:12] not in mask_identity_numbers(f"1234*****{NIK}")


def test_what_is_found_is_told_by_place_and_kind_and_not_printed() -> None:
    text = f"a {NIK} b {CARD}"
    civil, card = find_identity_numbers(text)

    assert (text[civil.start : civil.end], civil.digits, civil.kind) == (NIK, NIK, IdentityKind.CIVIL)
    assert (text[card.start : card.end], card.digits, card.kind) == (CARD, CARD, IdentityKind.CARD)
    assert NIK not in repr(civil)


digits = st.text("0123456789", min_size=16, max_size=16)
gaps = st.sampled_from(["", "", " ", ".", "-", "  ", ZERO_WIDTH, " - ", "\n", "\u00a0", "\u2013"])
scripts = st.sampled_from([str, fullwidth, arabic])


def separated(number: str, between: list[str]) -> str:
    return "".join(digit + gap for digit, gap in zip(number, [*between, ""], strict=True))


def runs_left(text: str) -> list[str]:
    return re.findall(r"\d{16}", re.sub(r"[\s.\-\u2013\u200b]", "", text))


@given(digits, st.lists(gaps, min_size=15, max_size=15), scripts)
def test_no_sixteen_digits_are_left_however_separated(
    number: str, between: list[str], script: Callable[[str], str]
) -> None:
    assume(not re.search(r"08[1-9]|628[1-9]", number))
    assert not runs_left(mask_identity_numbers("NIK: " + script(separated(number, between)) + " ok"))


@given(st.sampled_from([NIK, WOMAN]), st.sampled_from([" ", ".", "-", ZERO_WIDTH, "/"]), st.sets(st.integers(1, 15)))
def test_a_real_nik_is_masked_at_every_cut(number: str, gap: str, cuts: set[int]) -> None:
    written = "".join((gap if at in cuts else "") + digit for at, digit in enumerate(number))
    assert mask_identity_numbers(written) == f"3273********{number[-4:]}"


@given(st.text("0123456789 .,-*+\n\u200bRp０٣a", max_size=120))
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask_identity_numbers(text)
    assert mask_identity_numbers(once) == once


@given(st.text(max_size=200))
def test_any_text_can_be_masked(text: str) -> None:
    found = find_identity_numbers(text)
    assert all(left.end <= right.start for left, right in itertools.pairwise(found))


@given(st.from_regex(r"(08|628)[1-9][0-9]{7,9}", fullmatch=True), st.from_regex(r"08[1-9][0-9]{7,10}", fullmatch=True))
def test_phone_numbers_survive(one: str, other: str) -> None:
    for text in (one, f"{one} {other}", f"{one}\n{other}", f"HP {one}, WA +{other}"):
        assert mask_identity_numbers(text) == text


@given(st.integers(min_value=1_000, max_value=10**11))
def test_amounts_survive(amount: int) -> None:
    text = f"Rp {amount:,}".replace(",", ".")
    assert mask_identity_numbers(text) == text


@given(st.dates(), st.sampled_from(["%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y"]))
def test_dates_survive(day: object, form: str) -> None:
    text = f"lahir {day:{form}} di Bandung"
    assert mask_identity_numbers(text) == text
