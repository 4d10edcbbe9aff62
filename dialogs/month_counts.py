"""How many months people say: "5 bln", "setahun", "2 tahun 3 bulan", "lima bulan"."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dialogs.typed import plain


def months_counted(text: str) -> int | None:
    """The number of months a text counts; None when it counts none."""
    counted = [_months(number, unit) for number, unit in _pattern().findall(plain(text))]
    return sum(counted) if counted else None


def _months(number: str, unit: str) -> int:
    table = _table()
    count = int(number) if number.isdecimal() else table["numbers"][number]
    return int(count * table["units"][unit])


@cache
def _pattern() -> re.Pattern[str]:
    table = _table()
    return re.compile(rf"\b(\d{{1,3}}|{'|'.join(table['numbers'])}) ?({'|'.join(table['units'])})(?:an)?\b")


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return table
