"""Months people count."""

from __future__ import annotations

import pytest

from dialogs.month_counts import months_counted


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("5 bulan", 5),
        ("nunggak 5bln", 5),
        ("lima bulanan", 5),
        ("setahun", 12),
        ("setengah tahun", 6),
        ("2 tahun 3 bulan", 27),
        ("1 thn lebih", 12),
        ("10", None),
        ("bulan lalu", None),
        ("lama banget", None),
    ],
)
def test_months_counted(text: str, months: int | None) -> None:
    assert months_counted(text) == months
