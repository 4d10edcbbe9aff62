"""The numbers on participants' cards: KPJ and JKN card, and how a virtual account is made up."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from pydantic import Field
from typing_extensions import override

from social_security.digit_runs import SEPARATOR, skeleton_of
from social_security.editions import regulation
from social_security.errors import WrongDigits
from social_security.identity import CARD_DIGITS
from social_security.tables import Rule, Series, Table, find_rule

KPJ_DIGITS = 11


@dataclass(frozen=True, slots=True)
class CardNumber:
    """A card's number, which proves nothing about who holds it; its digits stay out of ``repr`` and so out of logs.

    ``is_unusual`` warns of a JKN card that does not begin with a zero, as all examples seen do.
    """

    digits: str = field(repr=False)
    is_unusual: bool = False


def check_kpj(text: str) -> CardNumber:
    """The 11 digits of a BPJS Ketenagakerjaan card (KPJ); one person can hold several. Raises ``WrongDigits``."""
    return CardNumber(_digits_of("KPJ", text, KPJ_DIGITS))


def check_jkn_card(text: str) -> CardNumber:
    """The 13 digits of a JKN card (KIS). Raises ``WrongDigits``."""
    digits = _digits_of("JKN card number", text, CARD_DIGITS)
    return CardNumber(digits, is_unusual=not digits.startswith("0"))


class VirtualAccountFormula(Rule):
    """How a bank's virtual account for JKN is made up: a prefix and the last digits of the card number."""

    bank: str
    prefix: Annotated[str, Field(pattern=r"^\d+$")]
    last_digits: int

    @property
    @override
    def series(self) -> object:
        return self.bank


class VirtualAccountTables(Table):
    """All of ``virtual_accounts.yml``."""

    formulas: Series[VirtualAccountFormula]


def va_formulas(on: date) -> tuple[VirtualAccountFormula, ...]:
    """The formulas of all banks on a day, to be shown as formulas.

    A number is never computed for somebody: what is payable is what Mobile JKN shows, and the name on the payment
    screen decides.
    """
    formulas = regulation("virtual_accounts.yml", VirtualAccountTables).formulas
    banks = dict.fromkeys(formula.bank for formula in formulas)
    valid = (find_rule([formula for formula in formulas if formula.bank == bank], on) for bank in banks)
    return tuple(formula for formula in valid if formula is not None)


def _digits_of(name: str, text: str, expected: int) -> str:
    skeleton, _ = skeleton_of(text.strip())
    digits = re.sub(SEPARATOR, "", skeleton)
    if len(digits) != expected or not digits.isdecimal():
        raise WrongDigits(name, expected, sum(char.isdecimal() for char in digits))
    return digits
