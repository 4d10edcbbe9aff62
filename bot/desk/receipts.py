"""The receipt of a confirmed payment: one page of PDF that says what our agent has seen, and that we are not BPJS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from bot.desk.words import LABELS, ZONE, day, label, month
from social_security.money import rupiah

_WORDS: Final = LABELS["receipt"]
_FONT: Final = "Helvetica"
#: In millimetres.
_A5: Final = (148, 210)
_MARGIN: Final = 14


@dataclass(frozen=True)
class PaidMonth:
    """A contribution month that was confirmed; rupiah, None where nobody knows the amount."""

    month: date
    amount: int | None


@dataclass(frozen=True)
class Receipt:
    """What a receipt says."""

    number: int
    scheme: str
    months: Sequence[PaidMonth]
    confirmed_by: str
    confirmed_at: datetime
    reported_at: datetime

    @property
    def total(self) -> int | None:
        """The sum in rupiah, when every month's amount is known."""
        amounts = [paid.amount for paid in self.months if paid.amount is not None]
        return sum(amounts) if len(amounts) == len(self.months) else None


def receipt_pdf(receipt: Receipt) -> bytes:
    """The receipt as a page of A5."""
    page = FPDF(format=_A5)
    page.set_title(_WORDS["title"])
    page.set_creation_date(receipt.confirmed_at)
    page.set_margin(_MARGIN)
    page.add_page()
    _line(page, _WORDS["title"], size=16, bold=True)
    _line(page, _WORDS["from"], size=9)
    page.ln(4)
    for title, value in _rows(receipt):
        _line(page, title, size=9)
        _line(page, value, size=12, bold=True)
        page.ln(1)
    page.ln(3)
    for note in _WORDS["notes"]:
        _line(page, note, size=9)
    return bytes(page.output())


def receipt_name(receipt: Receipt) -> str:
    """The file's name."""
    return f"{_WORDS['file']}-{receipt.number}.pdf"


def _rows(receipt: Receipt) -> list[tuple[str, str]]:
    titles = _WORDS["rows"]
    months = [
        month(paid.month) + (f": {rupiah(paid.amount)}" if paid.amount is not None else "") for paid in receipt.months
    ]
    rows = [
        (titles["number"], str(receipt.number)),
        (titles["scheme"], label("schemes", receipt.scheme)),
        (titles["months"], "\n".join(months)),
        (titles["reported"], day(receipt.reported_at.astimezone(ZONE).date())),
        (titles["confirmed"], f"{day(receipt.confirmed_at.astimezone(ZONE).date())}, {receipt.confirmed_by}"),
    ]
    if receipt.total is not None and len(months) > 1:
        rows.insert(3, (titles["total"], rupiah(receipt.total)))
    return rows


def _line(page: FPDF, text: str, *, size: int, bold: bool = False) -> None:
    page.set_font(_FONT, "B" if bold else "", size)
    printable = text.encode("latin-1", "replace").decode("latin-1")
    page.multi_cell(0, size * 0.55, printable, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
