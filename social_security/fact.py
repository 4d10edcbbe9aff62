"""One named figure with its unit and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from social_security.money import percent, rupiah
from social_security.tables import ExactDecimal, Rule

FactValue = int | ExactDecimal | date | str


class Unit(StrEnum):
    """What a fact counts."""

    RUPIAH = "rupiah"
    PERCENT = "percent"
    WAGES = "wages"  # times the monthly wage
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    DAY_OF_MONTH = "day_of_month"
    MONTHS = "months"
    MONTH = "month"  # a contribution month, first day
    YEARS = "years"
    PEOPLE = "people"
    COUNT = "count"
    PHONE = "phone"
    TEXT = "text"

    @property
    def value_type(self) -> type:
        """The type of a value of this unit: whole numbers, unless said otherwise."""
        return _VALUE_TYPES.get(self, int)


_VALUE_TYPES: Mapping[Unit, type] = {
    Unit.PERCENT: Decimal,
    Unit.MONTH: date,
    Unit.PHONE: str,
    Unit.TEXT: str,
}


class Fact(Rule):
    """A figure valid for a time. A percentage is written as such: 5 means five per cent."""

    key: str
    value: FactValue
    unit: Unit

    @property
    def amount(self) -> int:
        """The value as a whole number; raises ``TypeError`` for a fact that is none."""
        if not isinstance(self.value, int):
            raise TypeError(f"{self.key} is not a whole number")
        return self.value

    @property
    def text(self) -> str:
        """The value in Indonesian notation, without the word for its unit: ``Rp42.000.000``, ``60%``, ``6``."""
        if self.unit is Unit.RUPIAH:
            return rupiah(self.amount)
        if self.unit is Unit.PERCENT:
            return percent(Decimal(str(self.value)) / 100)
        return str(self.value)
