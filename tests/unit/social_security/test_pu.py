from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_security.contributions import Change
from social_security.errors import InvalidAmount, InvalidChoice, InvalidMonth, NoRule, NotYetPublished
from social_security.programmes import Programme
from social_security.pu import jp_ceiling, pu_contribution, pu_tables
from social_security.tables import Confidence

NOVEMBER = date(2026, 11, 1)
wages = st.integers(min_value=0, max_value=10**11)
known_months = st.dates(min_value=date(2019, 3, 1), max_value=date(2027, 2, 28)).map(lambda day: day.replace(day=1))


def test_the_worked_example_of_the_official_site() -> None:
    contribution = pu_contribution(1_000_000, NOVEMBER, risk_group=2)

    assert (contribution.employer, contribution.worker, contribution.total) == (65_400, 30_000, 95_400)
    assert [line.programme for line in contribution.lines] == [
        Programme.JKK,
        Programme.JKM,
        Programme.JHT,
        Programme.JP,
    ]


@pytest.mark.parametrize(("risk_group", "jkk"), [(1, 24_000), (2, 54_000), (3, 89_000), (4, 127_000), (5, 174_000)])
def test_jkk_by_risk_group_is_the_employers_alone(risk_group: int, jkk: int) -> None:
    line = pu_contribution(10_000_000, NOVEMBER, risk_group=risk_group).lines[0]

    assert (line.amount, line.employer, line.worker) == (jkk, jkk, 0)
    assert line.articles == ("PP 44/2015 Ps.16(1)",)


def test_shares_of_ten_million() -> None:
    lines = pu_contribution(10_000_000, NOVEMBER, risk_group=1).lines

    assert [(line.employer, line.worker) for line in lines[1:]] == [(30_000, 0), (370_000, 200_000), (200_000, 100_000)]


@pytest.mark.parametrize(
    ("month", "ceiling", "worker", "employer"),
    [
        (date(2015, 7, 1), 7_000_000, 70_000, 140_000),
        (date(2020, 2, 1), 8_512_400, 85_124, 170_248),
        (date(2020, 3, 1), 8_939_700, 89_397, 178_794),
        (date(2021, 3, 1), 8_754_600, 87_546, 175_092),
        (date(2022, 3, 1), 9_077_600, 90_776, 181_552),
        (date(2023, 3, 1), 9_559_600, 95_596, 191_192),
        (date(2024, 3, 1), 10_042_300, 100_423, 200_846),
        (date(2025, 2, 1), 10_042_300, 100_423, 200_846),
        (date(2025, 3, 1), 10_547_400, 105_474, 210_948),
        (date(2025, 12, 1), 10_547_400, 105_474, 210_948),
        (date(2026, 1, 1), 10_547_400, 105_474, 210_948),
        (date(2026, 2, 1), 10_547_400, 105_474, 210_948),
        (date(2026, 3, 1), 11_086_300, 110_863, 221_726),
        (date(2026, 11, 1), 11_086_300, 110_863, 221_726),
        (date(2027, 2, 1), 11_086_300, 110_863, 221_726),
    ],
)
def test_the_jp_ceiling_of_each_year(month: date, ceiling: int, worker: int, employer: int) -> None:
    jp = pu_contribution(50_000_000, month, risk_group=1).lines[-1]

    assert (jp.programme, jp.base, jp.worker, jp.employer) == (Programme.JP, ceiling, worker, employer)


@pytest.mark.parametrize(
    ("day", "ceiling"),
    [
        (date(2025, 12, 31), 10_547_400),
        (date(2026, 2, 28), 10_547_400),
        (date(2026, 3, 1), 11_086_300),
        (date(2027, 2, 28), 11_086_300),
        (date(2024, 2, 29), 9_559_600),
    ],
)
def test_the_ceiling_changes_on_the_first_of_march(day: date, ceiling: int) -> None:
    assert jp_ceiling(day).ceiling == ceiling


@pytest.mark.parametrize("month", [date(2027, 3, 1), date(2027, 12, 1), date(2040, 1, 1)])
def test_a_ceiling_not_yet_published_is_said_so(month: date) -> None:
    with pytest.raises(NotYetPublished, match="not published yet, known until 2027-02-28") as refusal:
        pu_contribution(5_000_000, month, risk_group=1)
    assert isinstance(refusal.value, NoRule)
    assert refusal.value.known_until == date(2027, 2, 28)


def test_without_jp_a_later_month_can_be_computed() -> None:
    assert pu_contribution(1_000_000, date(2027, 3, 1), risk_group=2, with_jp=False).total == 65_400


@pytest.mark.parametrize(
    ("with_jht", "with_jp", "total"), [(False, False, 8_400), (True, False, 65_400), (False, True, 38_400)]
)
def test_small_businesses_have_fewer_programmes(*, with_jht: bool, with_jp: bool, total: int) -> None:
    assert pu_contribution(1_000_000, NOVEMBER, risk_group=2, with_jht=with_jht, with_jp=with_jp).total == total


@pytest.mark.parametrize(
    ("wage", "month", "changes_on"),
    [
        (11_086_300, NOVEMBER, None),
        (11_086_301, NOVEMBER, date(2027, 3, 1)),
        (20_000_000, date(2026, 2, 1), date(2026, 3, 1)),
    ],
)
def test_only_a_capped_wage_changes_with_the_ceiling(wage: int, month: date, changes_on: date | None) -> None:
    contribution = pu_contribution(wage, month, risk_group=1)

    assert contribution.changes_on == changes_on
    assert contribution.change == (Change.CEILING_CHANGES if changes_on else None)


def test_a_ceiling_from_memory_makes_the_answer_uncertain() -> None:
    contribution = pu_contribution(5_000_000, date(2019, 6, 1), risk_group=1)

    assert contribution.confidence is Confidence.M
    assert not contribution.confidence.is_certain
    assert pu_contribution(5_000_000, NOVEMBER, risk_group=1).confidence is Confidence.V2


@pytest.mark.parametrize("month", [date(2015, 6, 1), date(2016, 3, 1), date(2019, 2, 1)])
def test_a_hole_in_the_fact_base_is_not_filled(month: date) -> None:
    with pytest.raises(NoRule):
        pu_contribution(5_000_000, month, risk_group=1)


@pytest.mark.parametrize("risk_group", [0, 6, -1])
def test_a_risk_group_outside_one_to_five_is_refused(risk_group: int) -> None:
    with pytest.raises(InvalidChoice, match="1 to 5"):
        pu_contribution(5_000_000, NOVEMBER, risk_group=risk_group)


def test_bad_wages_and_months_are_refused() -> None:
    with pytest.raises(InvalidAmount, match="wage"):
        pu_contribution(-1, NOVEMBER, risk_group=1)
    with pytest.raises(InvalidMonth):
        pu_contribution(1, date(2026, 11, 20), risk_group=1)


@pytest.mark.parametrize(("wage", "jkk"), [(1_041, 2), (1_042, 3), (625, 2), (1_875, 5)])
def test_amounts_round_half_up(wage: int, jkk: int) -> None:
    assert pu_contribution(wage, NOVEMBER, risk_group=1).lines[0].amount == jkk


def test_ceilings_follow_each_other_without_gap_or_overlap_since_2019() -> None:
    ceilings = [row for row in pu_tables().jp_ceilings if row.valid_from >= date(2019, 3, 1)]
    for earlier, later in itertools.pairwise(ceilings):
        assert earlier.valid_until is not None
        assert (later.valid_from - earlier.valid_until).days == 1


@given(wages, wages, known_months, st.integers(min_value=1, max_value=5))
def test_more_wage_never_pays_less(one: int, other: int, month: date, risk_group: int) -> None:
    lower, higher = (pu_contribution(wage, month, risk_group=risk_group) for wage in sorted((one, other)))

    assert lower.employer <= higher.employer
    assert lower.worker <= higher.worker


@given(wage=wages, month=known_months, risk_group=st.integers(1, 5), jht=st.booleans(), jp=st.booleans())
def test_employer_and_worker_together_pay_all_lines(
    wage: int, month: date, risk_group: int, *, jht: bool, jp: bool
) -> None:
    contribution = pu_contribution(wage, month, risk_group=risk_group, with_jht=jht, with_jp=jp)

    assert contribution.total == contribution.employer + contribution.worker
    assert contribution.total == sum(line.amount for line in contribution.lines)
