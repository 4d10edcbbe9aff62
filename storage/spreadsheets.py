"""Tables in and out of files: CSV and XLSX become lines of texts, rows of cells become a file.

A file from outside is never trusted: its size unpacked is bounded, formulas are taken by their last value, hostile XML
is refused (openpyxl uses defusedxml), and no cell written here is taken for a formula.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

MOST_ROWS = 20_000
_MOST_LINES = MOST_ROWS + 100
_MOST_COLUMNS = 60
_LARGEST_UNPACKED = 120_000_000
#: A spreadsheet would run what begins like this.
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    DefusedXmlException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
)


class UnreadableTable(Exception):
    """The file cannot be read at all; `why` names the reason."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Form(StrEnum):
    """A kind of table file; its name is the file's ending."""

    CSV = "csv"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        """What browsers are told."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Cell = str | int | date | None


@dataclass(frozen=True)
class Line:
    """One line of a file with its number there."""

    number: int
    cells: Sequence[str]


def lines_of(content: bytes) -> list[Line]:
    """The lines of a CSV or XLSX file, told apart by content. Raises `UnreadableTable`."""
    return _lines_of_xlsx(content) if content[:2] == b"PK" else _lines_of_csv(content)


def table_file(form: Form, titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A file with a line of titles and the rows below it; days are written as 2026-11-20."""
    return _csv_file(titles, rows) if form is Form.CSV else _xlsx_file(titles, rows)


def _lines_of_csv(content: bytes) -> list[Line]:
    if b"\x00" in content:
        raise UnreadableTable("format")
    text = _decoded(content)
    try:
        lines = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
        return [Line(number, [cell.strip() for cell in line]) for number, line in enumerate(lines, start=1)]
    except csv.Error as unreadable:
        raise UnreadableTable("format") from unreadable


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    head = text[:2_000]
    return max((",", ";", "\t"), key=head.count)


def _lines_of_xlsx(content: bytes) -> list[Line]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _LARGEST_UNPACKED:
                raise UnreadableTable("too_long")
        sheet = load_workbook(io.BytesIO(content), data_only=True, keep_links=False).active
    except _BROKEN as unreadable:
        raise UnreadableTable("format") from unreadable
    if not isinstance(sheet, Worksheet):
        raise UnreadableTable("format")
    if sheet.max_row > _MOST_LINES:
        raise UnreadableTable("too_long")
    _spread_merged(sheet)
    rows = sheet.iter_rows(max_col=min(sheet.max_column, _MOST_COLUMNS), values_only=True)
    return [Line(number, [_as_text(value) for value in row]) for number, row in enumerate(rows, start=1)]


def _spread_merged(sheet: Worksheet) -> None:
    """Put the value of every merged range into each of its cells: a name merged over three lines counts for all."""
    for merged in list(sheet.merged_cells.ranges):
        value = sheet.cell(merged.min_row, merged.min_col).value
        sheet.unmerge_cells(merged.coord)
        for row, column in merged.cells:
            if column <= _MOST_COLUMNS:
                sheet.cell(row, column).value = value


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{Decimal(str(value)):f}".replace(".", ",")
    return str(value).strip()


def _csv_file(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(titles)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _harmless(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_RUNS) and not isinstance(cell, int) else text


def _xlsx_file(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for number, title in enumerate(titles):
        sheet.column_dimensions[chr(ord("A") + number)].width = max(12, len(title) + 2)
    heads = [WriteOnlyCell(sheet, title) for title in titles]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        sheet.append([_xlsx_cell(sheet, cell) for cell in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _xlsx_cell(sheet: Any, cell: Cell) -> Any:
    if not isinstance(cell, str):
        return cell
    written = WriteOnlyCell(sheet, _UNWRITABLE.sub("", cell))
    written.data_type = "s"
    return written
