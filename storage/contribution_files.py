"""Bills and payments out of a table: each row finds its participant, or is told what is wrong with it.

`rows_of` knows the columns by their titles; what a file is made of is known to `storage.spreadsheets` alone.
Importing the same file again changes nothing: what is known already counts as doubled.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from dialogs.billing import BILLED, bill_of
from dialogs.forms import Reader, Unreadable
from dialogs.messages import Inbound
from dialogs.readers import day, month, phone
from social_security.programmes import Scheme, Segment
from storage.audit import audit
from storage.models import ContributionImport, Lead, Membership, Payment, PaymentSource, Period
from storage.payments import Paid, record_payment, reference_used_elsewhere, settle_waiting
from storage.spreadsheets import MOST_ROWS, Line, UnreadableTable, lines_of
from storage.staff_sessions import SignedIn
from storage.vault import Vault

Row = Mapping[str, str]
#: "105000", "Rp105.000", "105,000.00"
_FIGURES = re.compile(r"(?:rp\.?\s*)?(\d{1,3}(?:[.,]\d{3})+|\d{1,12})(?:[.,]0{1,2})?(?:,-)?", re.IGNORECASE)
_DAY_IN_FIGURES = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](?:\d{2}|\d{4})")


MONTHS = 12


class Kind(StrEnum):
    """What the rows of a file are."""

    BILLS = "bills"
    PAYMENTS = "payments"


class Outcome(StrEnum):
    """How a row ended."""

    MATCHED = "matched"
    UNMATCHED = "unmatched"
    DOUBLED = "doubled"
    REFUSED = "refused"


class _Ends(Exception):
    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


@dataclass(frozen=True)
class Table:
    """A file: what its rows are, how it is called, and its rows with their numbers."""

    kind: Kind
    file_name: str
    rows: Sequence[tuple[int, Row]]


def rows_of(content: bytes) -> list[tuple[int, Row]]:
    """The rows below the line of titles, with their numbers in the file. Raises `UnreadableTable`."""
    return list(_below_titles(lines_of(content)))


async def import_table(session: AsyncSession, vault: Vault, who: SignedIn, table: Table, now: datetime) -> int:
    """Take in every row that can be; returns the number of the report. Raises `UnreadableTable`."""
    if not table.rows:
        raise UnreadableTable("empty")
    if len(table.rows) > MOST_ROWS:
        raise UnreadableTable("too_long")
    importer = _Importer(session, vault, table.kind, now, has_month_first=_has_month_first(table.rows))
    ended = [{"row": number, **await importer.take(row)} for number, row in table.rows]
    report = ContributionImport(
        kind=table.kind,
        file_name=table.file_name[:120],
        staff_id=who.staff_id,
        counts=Counter(end["outcome"] for end in ended),
        rows=[end for end in ended if end["outcome"] != Outcome.MATCHED],
        created_at=now,
    )
    session.add(report)
    await session.flush()
    audit(session, "contributions_imported", f"import {report.id}", who.staff_id, now, rows=len(ended))
    return report.id


@dataclass(frozen=True)
class _Importer:
    session: AsyncSession
    vault: Vault
    kind: Kind
    now: datetime
    #: Some day of the file can only be read month first: then "05/11/2026" says nothing certain.
    has_month_first: bool

    async def take(self, row: Row) -> dict[str, Any]:
        """How a row ended, and why it was not taken."""
        try:
            known = await (self._bill(row) if self.kind is Kind.BILLS else self._payment(row))
        except _Ends as end:
            return {"outcome": end.outcome, "reason": end.reason}
        return {"outcome": Outcome.DOUBLED if known else Outcome.MATCHED, "reason": "known" if known else None}

    async def _bill(self, row: Row) -> bool:
        membership, billed = await self._membership(row), self._month(row)
        owed = _amount(row)
        if owed is None:
            raise _Ends(Outcome.REFUSED, "amount")
        period = await self.session.scalar(
            select(Period).where(Period.membership_id == membership.id, Period.month == billed).with_for_update()
        )
        if period is None:
            bill = bill_of(Segment(membership.segment), billed)
            period = Period(
                membership_id=membership.id, month=billed, due_on=bill.due_on, cover_stops_on=bill.cover_stops_on
            )
            self.session.add(period)
        known = bool(period.billed) and period.amount == owed
        period.amount, period.billed = owed, True
        await self.session.flush()
        return known

    async def _payment(self, row: Row) -> bool:
        membership = await self._membership(row)
        if self._reads_two_ways(row.get("paid_on", "")):
            raise _Ends(Outcome.REFUSED, "two_dates")
        paid_on = _read(row, "paid_on", day(), self.now.date())
        if paid_on is not None and date.fromisoformat(paid_on) > self.now.date():
            raise _Ends(Outcome.REFUSED, "paid_on")
        paid_month, paid_amount = self._month(row), _amount(row)
        await self._check_bill(membership, paid_month, paid_amount)
        paid = Paid(
            membership.participant_id,
            Scheme(membership.scheme),
            paid_month,
            PaymentSource.IMPORTED,
            amount=paid_amount,
            paid_on=date.fromisoformat(paid_on) if paid_on else None,
            reference=row.get("reference") or None,
        )
        if paid.reference and await reference_used_elsewhere(self.session, paid):
            raise _Ends(Outcome.REFUSED, "reference")
        if not await record_payment(self.session, paid, self.now):
            await self._check_amount(paid)
            return True
        await settle_waiting(self.session, paid, self.now)
        return False

    async def _check_bill(self, membership: Membership, paid_month: date, paid_amount: int | None) -> None:
        of_month = (Period.membership_id == membership.id, Period.month == paid_month)
        owed = await self.session.scalar(select(Period.amount).where(*of_month))
        if owed is not None and paid_amount is not None and owed != paid_amount:
            raise _Ends(Outcome.REFUSED, "not_the_bill")

    async def _check_amount(self, paid: Paid) -> None:
        of_month = (
            Payment.participant_id == paid.participant_id,
            Payment.scheme == paid.scheme,
            Payment.month == paid.month,
        )
        known = await self.session.scalar(select(Payment.amount).where(*of_month))
        if known is not None and paid.amount is not None and known != paid.amount:
            raise _Ends(Outcome.REFUSED, "other_amount")

    async def _membership(self, row: Row) -> Membership:
        scheme = _scheme(row)
        memberships = await self.session.scalars(
            select(Membership).where(
                Membership.participant_id.in_(await self._participants(row)), Membership.scheme == scheme
            )
        )
        found = memberships.all()
        if len(found) != 1:
            raise _Ends(Outcome.UNMATCHED, "several" if found else "membership")
        if Segment(found[0].segment) not in BILLED:
            raise _Ends(Outcome.REFUSED, "segment")
        return found[0]

    async def _participants(self, row: Row) -> Sequence[int]:
        number = row.get("participant", "").removeprefix("No.").strip()
        if number:
            if not (number.isascii() and number.isdecimal() and len(number) < 18):
                raise _Ends(Outcome.REFUSED, "participant")
            return [int(number)]
        called = _read(row, "phone", phone(), self.now.date())
        if called is None:
            raise _Ends(Outcome.REFUSED, "participant")
        fingerprint = self.vault.fingerprint(called)
        return (await self.session.scalars(select(Lead.participant_id).where(Lead.phone_hash == fingerprint))).all()

    def _reads_two_ways(self, typed: str) -> bool:
        figures = _DAY_IN_FIGURES.fullmatch(typed.strip())
        if figures is None:
            return False
        first, second = int(figures[1]), int(figures[2])
        return second > MONTHS or (self.has_month_first and first <= MONTHS and first != second)

    def _month(self, row: Row) -> date:
        found = _read(row, "month", month(), self.now.date())
        if found is None:
            raise _Ends(Outcome.REFUSED, "month")
        return date.fromisoformat(found)


def _has_month_first(rows: Iterable[tuple[int, Row]]) -> bool:
    figures = (_DAY_IN_FIGURES.fullmatch(row.get("paid_on", "").strip()) for _, row in rows)
    return any(found is not None and int(found[2]) > MONTHS for found in figures)


def _read(row: Row, column: str, read: Reader, today: date) -> Any:
    typed = row.get(column, "").strip()
    if not typed:
        return None
    try:
        return read(Inbound(text=typed), None, today)
    except Unreadable as unreadable:
        raise _Ends(Outcome.REFUSED, column) from unreadable


def _amount(row: Row) -> int | None:
    """The rupiah of a row, in figures as spreadsheets write them; None when it names none."""
    typed = row.get("amount", "").strip()
    if not typed:
        return None
    figures = _FIGURES.fullmatch(typed)
    if figures is None or not int(digits := re.sub(r"\D", "", figures[1])):
        raise _Ends(Outcome.REFUSED, "amount")
    return int(digits)


def _scheme(row: Row) -> Scheme:
    typed = row.get("scheme", "").casefold()
    found = [scheme for scheme in Scheme if any(word in typed for word in _titles()["schemes"][scheme.value])]
    if len(found) != 1:
        raise _Ends(Outcome.REFUSED, "scheme")
    return found[0]


def _below_titles(lines: Iterable[Line]) -> Iterator[tuple[int, Row]]:
    titles: list[str | None] = []
    for line in lines:
        if titles:
            if any(line.cells):
                yield line.number, {title: cell for title, cell in zip(titles, line.cells, strict=False) if title}
        elif {"month", "scheme"} <= set(found := [_column(cell) for cell in line.cells]):
            titles = found
    if not titles:
        raise UnreadableTable("titles")


def _column(title: str) -> str | None:
    plain = title.casefold().strip(" .:*")
    return next((name for name, called in _titles()["columns"].items() if plain in called), None)


@cache
def _titles() -> Mapping[str, Mapping[str, list[str]]]:
    table: Mapping[str, Mapping[str, list[str]]] = yaml.safe_load(
        Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")
    )
    return table
