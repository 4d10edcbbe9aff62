from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_security.money import percent, rupiah, share, whole_rupiah


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "Rp0"),
        (800, "Rp800"),
        (54_800, "Rp54.800"),
        (1_500_000, "Rp1.500.000"),
        (174_000_000, "Rp174.000.000"),
        (-7_000, "-Rp7.000"),
    ],
)
def test_rupiah_is_written_with_dots(amount: int, text: str) -> None:
    assert rupiah(amount) == text


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        ("0.0024", "0,24%"),
        ("0.01", "1%"),
        ("0.057", "5,7%"),
        ("0.003", "0,3%"),
        ("1", "100%"),
        ("0", "0%"),
        ("0.5", "50%"),
    ],
)
def test_a_rate_is_written_with_a_comma(rate: str, text: str) -> None:
    assert percent(Decimal(rate)) == text


@pytest.mark.parametrize(("amount", "whole"), [("2.5", 3), ("3.5", 4), ("2.49", 2), ("0.5", 1), ("-2.5", -3)])
def test_half_a_rupiah_rounds_up(amount: str, whole: int) -> None:
    assert whole_rupiah(Decimal(amount)) == whole


@given(st.integers(min_value=0, max_value=10**15))
def test_rupiah_can_be_read_back(amount: int) -> None:
    assert int(rupiah(amount).removeprefix("Rp").replace(".", "")) == amount


@given(st.integers(min_value=0, max_value=10**15))
def test_the_whole_and_the_two_halves(amount: int) -> None:
    assert share(amount, Decimal(1)) == amount
    assert share(amount, Decimal("0.5")) in (amount // 2, amount // 2 + 1)
