from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_security.bpu import bpu_base, bpu_contribution, bpu_tables
from social_security.contributions import Change
from social_security.errors import InvalidAmount, InvalidMonth, InvalidQuestion, NoRule
from social_security.programmes import Programme, Scheme
from social_security.tables import Confidence
from tests.unit.social_security.bpu_table import PRINTED, Printed

FULL = date(2025, 12, 1)
HALVED = date(2026, 11, 1)
NO_RELIEF_MONTHS = [date(2015, 7, 1), date(2024, 2, 1), FULL, date(2027, 4, 1), date(2030, 1, 1)]
incomes = st.integers(min_value=0, max_value=10**12)
months = st.dates(min_value=date(2015, 7, 1), max_value=date(2035, 12, 31)).map(lambda day: day.replace(day=1))


def test_the_table_is_whole() -> None:
    assert len(PRINTED) == 33
    assert PRINTED[0].lowest == 0
    assert PRINTED[-1].highest is None
    for lower, upper in itertools.pairwise(PRINTED):
        assert lower.highest is not None
        assert upper.lowest - lower.highest == 1_000


@pytest.mark.parametrize("row", PRINTED, ids=lambda row: str(row.base))
def test_every_printed_column_in_full(row: Printed) -> None:
    two = bpu_contribution(row.lowest, FULL, with_jht=False, transport=False)
    three = bpu_contribution(row.lowest, FULL, with_jht=True, transport=True)

    assert bpu_base(row.lowest, FULL) == row.base
    assert [(line.programme, line.amount) for line in three.lines] == [
        (Programme.JKK, row.jkk),
        (Programme.JKM, row.jkm),
        (Programme.JHT, row.jht),
    ]
    assert (two.total, three.total) == (row.two, row.three)


@pytest.mark.parametrize("row", PRINTED, ids=lambda row: str(row.base))
@pytest.mark.parametrize("transport", [True, False])
def test_every_printed_column_halved(row: Printed, *, transport: bool) -> None:
    two = bpu_contribution(row.lowest, HALVED, with_jht=False, transport=transport)
    three = bpu_contribution(row.lowest, HALVED, with_jht=True, transport=transport)

    assert (two.total, three.total) == (row.two_halved, row.three_halved)
    assert (two.total_before, three.total_before) == (row.two, row.three)
    assert three.lines[2].relief == 0


@pytest.mark.parametrize("row", PRINTED[:-1], ids=lambda row: str(row.base))
def test_the_lower_bound_of_the_next_bracket_is_the_switch_point(row: Printed) -> None:
    assert row.highest is not None
    switch = row.highest + 1_000
    at = [
        bpu_contribution(income, FULL, with_jht=True, transport=False).total
        for income in (row.highest, row.highest + 1, switch - 1, switch, switch + 1)
    ]
    upper = PRINTED[PRINTED.index(row) + 1]
    assert at == [row.three, row.three, row.three, upper.three, upper.three]


@pytest.mark.parametrize("income", [0, 1, 500_000, 999_999, 1_000_000, 1_099_000])
def test_an_income_under_the_lowest_base_counts_as_the_lowest_bracket(income: int) -> None:
    assert bpu_contribution(income, FULL, with_jht=True, transport=False).total == 36_800


def test_the_highest_bracket_is_open() -> None:
    assert bpu_contribution(10**12, FULL, with_jht=True, transport=False).total == 627_800


def test_one_and_a_half_million_with_three_programmes() -> None:
    full = bpu_contribution(1_500_000, FULL, with_jht=True, transport=False)

    assert full.total == 54_800
    assert [line.amount for line in full.lines] == [16_000, 6_800, 32_000]
    assert [line.base for line in full.lines] == [1_600_000, None, 1_600_000]
    assert [line.flat for line in full.lines] == [None, 6_800, None]
    assert [line.label for line in full.lines] == ["bpu_jkk", "bpu_jkm", "bpu_jht"]
    assert full.month == FULL
    assert full.scheme is Scheme.BPJSTK
    assert full.articles == ("PP 44/2015 Lampiran II", "PP 46/2015")
    assert full.confidence is Confidence.V1


@pytest.mark.parametrize(
    ("month", "transport_total", "other_total"),
    [
        (date(2025, 12, 1), 54_800, 54_800),
        (date(2026, 1, 1), 43_400, 54_800),
        (date(2026, 3, 1), 43_400, 54_800),
        (date(2026, 4, 1), 43_400, 43_400),
        (date(2026, 11, 1), 43_400, 43_400),
        (date(2026, 12, 1), 43_400, 43_400),
        (date(2027, 1, 1), 43_400, 54_800),
        (date(2027, 3, 1), 43_400, 54_800),
        (date(2027, 4, 1), 54_800, 54_800),
    ],
)
def test_the_relief_has_its_own_months_for_each_sector(month: date, transport_total: int, other_total: int) -> None:
    transport = bpu_contribution(1_500_000, month, with_jht=True, transport=True)
    other = bpu_contribution(1_500_000, month, with_jht=True, transport=False)

    assert (transport.total, other.total) == (transport_total, other_total)
    assert ("PP 50/2025" in transport.articles, "PP 50/2025" in other.articles) == (
        transport_total == 43_400,
        other_total == 43_400,
    )


@pytest.mark.parametrize(
    ("month", "transport", "other"),
    [
        (date(2025, 12, 1), (date(2026, 1, 1), Change.RELIEF_BEGINS), (date(2026, 4, 1), Change.RELIEF_BEGINS)),
        (date(2026, 3, 1), (date(2027, 4, 1), Change.RELIEF_ENDS), (date(2026, 4, 1), Change.RELIEF_BEGINS)),
        (date(2026, 12, 1), (date(2027, 4, 1), Change.RELIEF_ENDS), (date(2027, 1, 1), Change.RELIEF_ENDS)),
        (date(2027, 1, 1), (date(2027, 4, 1), Change.RELIEF_ENDS), (None, None)),
        (date(2027, 4, 1), (None, None), (None, None)),
    ],
)
def test_the_answer_says_when_it_will_change(
    month: date, transport: tuple[date, Change], other: tuple[date, Change]
) -> None:
    for is_transport, expected in ((True, transport), (False, other)):
        contribution = bpu_contribution(1_000_000, month, with_jht=False, transport=is_transport)
        assert (contribution.changes_on, contribution.change) == expected


def test_contributions_paid_by_the_state_have_no_relief() -> None:
    paid = bpu_contribution(1_000_000, HALVED, with_jht=True, transport=True, sponsored=True)

    assert (paid.total, paid.relief, paid.changes_on) == (36_800, 0, None)


@pytest.mark.parametrize("income", [-1, -1_000_000])
def test_a_negative_income_is_refused(income: int) -> None:
    with pytest.raises(InvalidAmount, match="income"):
        bpu_contribution(income, FULL, with_jht=False, transport=False)


@pytest.mark.parametrize("day", [2, 15, 31])
def test_a_month_is_its_first_day(day: int) -> None:
    with pytest.raises(InvalidMonth) as refusal:
        bpu_contribution(1_000_000, date(2026, 12, day), with_jht=False, transport=False)
    assert isinstance(refusal.value, InvalidQuestion)
    assert isinstance(refusal.value, ValueError)


def test_before_the_law_there_is_no_rule() -> None:
    assert bpu_contribution(1_000_000, date(2015, 7, 1), with_jht=True, transport=False).total == 36_800
    with pytest.raises(NoRule):
        bpu_contribution(1_000_000, date(2015, 6, 1), with_jht=False, transport=False)


@given(one=incomes, other=incomes, month=months, jht=st.booleans(), transport=st.booleans())
def test_more_income_never_pays_less(one: int, other: int, month: date, *, jht: bool, transport: bool) -> None:
    lower, higher = sorted((one, other))
    assert (
        bpu_contribution(lower, month, with_jht=jht, transport=transport).total
        <= bpu_contribution(higher, month, with_jht=jht, transport=transport).total
    )


@given(income=incomes, month=months, jht=st.booleans(), transport=st.booleans(), sponsored=st.booleans())
def test_a_total_is_the_sum_of_its_lines(
    income: int, month: date, *, jht: bool, transport: bool, sponsored: bool
) -> None:
    contribution = bpu_contribution(income, month, with_jht=jht, transport=transport, sponsored=sponsored)

    assert contribution.total == sum(line.amount for line in contribution.lines)
    assert contribution.total == contribution.total_before - contribution.relief
    assert all(line.amount == sum(share.amount for share in line.shares) for line in contribution.lines)
    assert len(contribution.lines) == (3 if jht else 2)


@given(income=incomes, month=months, transport=st.booleans())
def test_the_relief_never_touches_jht(income: int, month: date, *, transport: bool) -> None:
    with_jht = bpu_contribution(income, month, with_jht=True, transport=transport)
    without = bpu_contribution(income, month, with_jht=False, transport=transport)

    assert with_jht.total - without.total == bpu_base(income, month) * 2 // 100
    assert with_jht.relief == without.relief


@pytest.mark.parametrize("month", NO_RELIEF_MONTHS)
def test_outside_the_relief_the_law_is_unchanged(month: date) -> None:
    assert bpu_contribution(5_000_000, month, with_jht=True, transport=True).total == 155_300


def test_reliefs_of_one_sector_do_not_overlap() -> None:
    for sector in ("transport", "other"):
        windows = sorted(
            (relief.valid_from, relief.valid_until) for relief in bpu_tables().reliefs if relief.sector == sector
        )
        assert windows
        for (_, end), (start, _) in itertools.pairwise(windows):
            assert end is not None
            assert end < start


def base_by_hand(income: int) -> int:
    """A second reading of the brackets: steps of the table, not its rows."""
    if income < 1_100_000:
        return 1_000_000
    if income < 2_700_000:
        return 1_200_000 + (income - 1_100_000) // 200_000 * 200_000
    if income < 8_200_000:
        return 2_950_000 + (income - 2_700_000) // 500_000 * 500_000
    return min(8_700_000 + (income - 8_200_000) // 1_000_000 * 1_000_000, 20_700_000)


@given(income=st.integers(min_value=0, max_value=30_000_000))
def test_a_second_reading_of_the_brackets_agrees(income: int) -> None:
    assert bpu_base(income, FULL) == base_by_hand(income)
    expected = base_by_hand(income) * 3 // 100 + 6_800
    assert bpu_contribution(income, FULL, with_jht=True, transport=False).total == expected


def test_the_relief_of_the_pandemic_is_computed_but_never_certain() -> None:
    before, during, after = (
        bpu_contribution(1_000_000, month, with_jht=False, transport=False)
        for month in (date(2020, 7, 1), date(2021, 1, 1), date(2021, 2, 1))
    )
    assert (before.total, during.total, after.total) == (16_800, 168, 16_800)
    assert (during.is_certain, during.confirmations) == (False, ("covid_relief",))
