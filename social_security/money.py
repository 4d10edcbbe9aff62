"""Rupiah and percentages: whole amounts, half-up rounding, Indonesian notation."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def rupiah(amount: int) -> str:
    """Write whole rupiah the Indonesian way: ``54800`` becomes ``Rp54.800``."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{abs(amount):,}".replace(",", ".")


def percent(rate: Decimal) -> str:
    """Write a fraction as a percentage the Indonesian way: ``0.0024`` becomes ``0,24%``."""
    text = f"{rate * 100:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",") + "%"


def whole_rupiah(amount: Decimal) -> int:
    """Round to whole rupiah, half away from zero."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def share(amount: int, rate: Decimal) -> int:
    """Take ``rate`` (a fraction) of whole rupiah, rounded half up."""
    return whole_rupiah(amount * rate)
