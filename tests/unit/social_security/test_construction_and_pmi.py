"""Construction, migrant workers and firms, against figures worked out by hand from the fact base."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_security.construction import construction_by_contract, construction_by_wages
from social_security.errors import InvalidAmount, InvalidChoice, NoRule
from social_security.firms import FirmScale, firm_contribution, firm_programmes, firm_scale
from social_security.labels import line_name
from social_security.pmi import PmiPath, pmi_contribution
from social_security.programmes import Programme

NOVEMBER = date(2026, 11, 1)
values = st.integers(min_value=0, max_value=10**13)
#: (top of the part in millions, per cent of JKK and JKM together in hundredths), written by hand
MARGINS = [(100, 24), (400, 19), (500, 15), (4_000, 12)]
ABOVE = 10


def by_hand(value: int) -> Fraction:
    """A second reading of the brackets: widths are used up one after the other."""
    due, left = Fraction(0), Fraction(value)
    for width, hundredths in MARGINS:
        part = min(left, Fraction(width * 1_000_000))
        due += part * hundredths / 10_000
        left -= part
    return due + left * ABOVE / 10_000


@pytest.mark.parametrize(
    ("value", "total"),
    [
        (0, 0),
        (100_000_000, 240_000),
        (100_000_100, 240_000),
        (500_000_000, 1_000_000),
        (500_010_000, 1_000_015),
        (1_000_000_000, 1_750_000),
        (1_000_010_000, 1_750_012),
        (5_000_000_000, 6_550_000),
        (5_000_010_000, 6_550_010),
        (6_000_000_000, 7_550_000),
    ],
)
def test_a_contract_at_every_edge(value: int, total: int) -> None:
    assert construction_by_contract(value, NOVEMBER).total == total


@given(values)
def test_the_second_reading_agrees(value: int) -> None:
    assert abs(construction_by_contract(value, NOVEMBER).total - by_hand(value)) <= 1


@given(values, values)
def test_a_larger_contract_never_pays_less(one: int, other: int) -> None:
    lower, higher = (construction_by_contract(value, NOVEMBER) for value in sorted((one, other)))
    assert lower.total <= higher.total
    assert sum(line.base or 0 for line in higher.lines if line.programme is Programme.JKK) == max(one, other)
    assert higher.total == higher.employer == sum(line.amount for line in higher.lines)


def test_wages_of_a_project() -> None:
    bill = construction_by_wages(10_000_000, NOVEMBER)

    assert [line.amount for line in bill.lines] == [174_000, 30_000]
    assert bill.lines[0].working == "Rp10.000.000 × 1,74% = Rp174.000"
    with pytest.raises(InvalidAmount):
        construction_by_contract(-1, NOVEMBER)
    with pytest.raises(NoRule):
        construction_by_wages(1, date(2014, 1, 1))


@pytest.mark.parametrize(
    ("months", "path", "extra", "total"),
    [
        (6, PmiPath.PLACEMENT, 0, 145_500),
        (12, PmiPath.PLACEMENT, 0, 226_500),
        (24, PmiPath.PLACEMENT, 0, 370_000),
        (6, PmiPath.INDIVIDUAL, 0, 108_000),
        (24, PmiPath.INDIVIDUAL, 2, 359_500),
    ],
)
def test_pmi_packages(months: int, path: PmiPath, extra: int, total: int) -> None:
    bill = pmi_contribution(months, NOVEMBER, path=path, extra_months=extra)

    assert bill.total == total == sum(item.amount for item in bill.items)
    assert all(line_name(item.label) for item in bill.items)


def test_pmi_refuses_what_is_not_offered() -> None:
    assert pmi_contribution(12, NOVEMBER, path=PmiPath.INDIVIDUAL, jht_monthly=50_000).total == 789_000
    for months, jht in ((18, 0), (12, 49_999), (12, 600_001)):
        with pytest.raises(InvalidChoice):
            pmi_contribution(months, NOVEMBER, path=PmiPath.INDIVIDUAL, jht_monthly=jht)
    with pytest.raises(NoRule):
        pmi_contribution(6, date(2023, 2, 21), path=PmiPath.INDIVIDUAL)


@pytest.mark.parametrize(
    ("capital", "sales", "scale"),
    [
        (1_000_000_000, None, FirmScale.MICRO),
        (1_000_000_001, None, FirmScale.SMALL),
        (5_000_000_001, None, FirmScale.MEDIUM_OR_LARGE),
        (None, 2_000_000_000, FirmScale.MICRO),
        (None, 15_000_000_000, FirmScale.SMALL),
        (None, 15_000_000_001, FirmScale.MEDIUM_OR_LARGE),
    ],
)
def test_the_size_of_a_firm(capital: int | None, sales: int | None, scale: FirmScale) -> None:
    assert firm_scale(NOVEMBER, capital=capital, yearly_sales=sales) is scale


def test_the_size_decides_the_programmes() -> None:
    assert [len(firm_programmes(scale, NOVEMBER)) for scale in FirmScale] == [2, 3, 4]
    totals = [firm_contribution(1_000_000, NOVEMBER, risk_group=2, scale=scale).total for scale in FirmScale]
    assert totals == [8_400, 65_400, 95_400]
    with pytest.raises(InvalidChoice):
        firm_scale(NOVEMBER)
    with pytest.raises(InvalidChoice):
        firm_scale(NOVEMBER, capital=1, yearly_sales=1)


@pytest.mark.parametrize(
    ("month", "group", "jkk"),
    [
        (date(2025, 1, 1), 1, 24_000),
        (date(2025, 2, 1), 1, 12_000),
        (date(2025, 2, 1), 3, 44_500),
        (date(2026, 1, 1), 5, 87_000),
        (date(2026, 2, 1), 5, 174_000),
    ],
)
def test_the_relief_of_labour_intensive_industry(month: date, group: int, jkk: int) -> None:
    bill = firm_contribution(10_000_000, month, risk_group=group, scale=FirmScale.MICRO, labour_intensive=True)
    assert (bill.lines[0].amount, bill.lines[1].amount) == (jkk, 30_000)
