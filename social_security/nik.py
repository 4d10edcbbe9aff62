"""A NIK taken apart: six digits of place, six of birth date, four of serial."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from stdnum import numdb

from social_security.digit_runs import SEPARATOR, skeleton_of
from social_security.errors import NotANik

NIK_DIGITS = 16
_FEMALE_DAY = 40
_PROVINCES = frozenset(
    str(code)
    for codes in (
        range(11, 20),
        [21],
        range(31, 37),
        range(51, 54),
        range(61, 66),
        range(71, 77),
        [81, 82],
        range(91, 98),
    )
    for code in codes
)


class Sex(StrEnum):
    """Sex as a NIK tells it: women have 40 added to the day."""

    FEMALE = "female"
    MALE = "male"


class NikWarning(StrEnum):
    """What looks odd in a NIK. Odd is not wrong: a NIK stays when a birth date is corrected."""

    BIRTH_DATE = "birth_date"
    PROVINCE = "province"
    SERIAL = "serial"


@dataclass(frozen=True, slots=True)
class NikCheck:
    """A NIK taken apart. It never proves who somebody is."""

    digits: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    sex: Sex
    province: str | None
    warnings: tuple[NikWarning, ...]


def check_nik(text: str, *, today: date) -> NikCheck:
    """Take the 16 digits of a NIK apart; ``today`` settles the century of the birth year.

    Province, birth date or serial that cannot be are warnings. Raises ``NotANik`` when there are not 16
    digits, or anything but digits and separators.
    """
    skeleton, _ = skeleton_of(text.strip())
    digits = re.sub(SEPARATOR, "", skeleton)
    if len(digits) != NIK_DIGITS or not digits.isdecimal():
        raise NotANik(sum(char.isdecimal() for char in digits))
    birth_date = _birth_date(digits, today)
    province = _province(digits)
    doubts = {
        NikWarning.BIRTH_DATE: birth_date is None,
        NikWarning.PROVINCE: province is None and digits[:2] not in _PROVINCES,
        NikWarning.SERIAL: digits.endswith("0000"),
    }
    return NikCheck(
        digits=digits,
        birth_date=birth_date,
        sex=Sex.FEMALE if int(digits[6:8]) > _FEMALE_DAY else Sex.MALE,
        province=province,
        warnings=tuple(warning for warning, is_raised in doubts.items() if is_raised),
    )


def _birth_date(digits: str, today: date) -> date | None:
    day, month, year = (int(digits[at : at + 2]) for at in (6, 8, 10))
    century = today.year - today.year % 100
    for start in (century, century - 100):
        try:
            born = date(start + year, month, day - _FEMALE_DAY if day > _FEMALE_DAY else day)
        except ValueError:
            continue
        if born <= today:
            return born
    return None


def _province(digits: str) -> str | None:
    """The province's name, where the library knows the code: the newest provinces are missing there."""
    entries = numdb.get("id/loc").info(digits[:2])
    name = entries[0][1].get("name_id") if entries else None
    return str(name) if name else None


def looks_like_nik(digits: str) -> bool:
    """Whether sixteen digits have a province and a birth date where a NIK (or KK) has them."""
    day, month = int(digits[6:8]) % _FEMALE_DAY, int(digits[8:10])
    return digits[:2] in _PROVINCES and 1 <= day <= 31 and 1 <= month <= 12
