"""Benefits, against figures worked out by hand from the fact base."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_security.calculation import Calculation
from social_security.confirmations import confirmation
from social_security.errors import InvalidChoice, NoRule
from social_security.jht import jht_claim, jht_paid_in
from social_security.jht_cases import JhtCase
from social_security.jkk import (
    jkk_death,
    jkk_lost_wages,
    jkk_partial_disability,
    jkk_right_ends,
    jkk_total_disability,
    jkk_transport,
)
from social_security.jkm import jkm_benefit
from social_security.jkp import EndOfWork, jkp_estimate
from social_security.jp import PensionForm, jp_claim, jp_monthly_guess, jp_pension_age, next_pension_age_on
from social_security.labels import condition_name, line_name
from social_security.programmes import Segment
from social_security.scholarship import SchoolLevel, scholarship

TODAY = date(2026, 11, 20)
WHOLE_SCHOOL = dict(zip(SchoolLevel, (2, 6, 3, 3, 5), strict=True))
wages = st.integers(min_value=0, max_value=10**10)


def check(result: Calculation) -> None:
    """What holds for every estimate."""
    assert result.total == sum(item.amount for item in result.items) >= result.certain_total
    assert all(line_name(item.label) and item.working for item in result.items)
    assert all(condition_name(condition.label) for condition in result.conditions)
    assert all(confirmation(key, TODAY).phone in {"175", "165"} for key in result.confirmations)
    assert all(rule.is_valid(result.on) for rule in result.rules)
    assert result.articles
    assert result.sources


@pytest.mark.parametrize(
    ("wage", "ended_on", "total", "last_day"),
    [
        (5_000_000, date(2025, 2, 6), 10_500_000, date(2025, 5, 6)),
        (5_000_000, date(2025, 2, 7), 18_000_000, date(2025, 8, 7)),
        (4_999_999, TODAY, 17_999_994, date(2027, 5, 20)),
        (20_000_000, TODAY, 18_000_000, date(2027, 5, 20)),
        (3_000_000, date(2026, 8, 31), 10_800_000, date(2027, 2, 28)),
    ],
)
def test_jkp_old_and_new(wage: int, ended_on: date, total: int, last_day: date) -> None:
    result = jkp_estimate(wage, ended_on, reason=EndOfWork.DISMISSAL, contribution_months=12)

    check(result)
    assert (result.total, result.not_after) == (total, last_day)


def test_jkp_is_for_the_dismissed_who_paid_long_enough() -> None:
    for reason, months in ((EndOfWork.RESIGNATION, 24), (EndOfWork.CONTRACT_END, 24), (EndOfWork.DISMISSAL, 11)):
        refused = jkp_estimate(5_000_000, TODAY, reason=reason, contribution_months=months)
        check(refused)
        assert (refused.total, refused.not_after, len(refused.unmet)) == (0, None, 1)
    with pytest.raises(NoRule):
        jkp_estimate(1, date(2020, 1, 1), reason=EndOfWork.DISMISSAL)


@pytest.mark.parametrize(
    ("died_on", "segment", "months", "memberships", "total"),
    [
        (TODAY, Segment.BPU, 2, 1, 10_000_000),
        (TODAY, Segment.BPU, 3, 1, 42_000_000),
        (TODAY, Segment.PU, 1, 1, 42_000_000),
        (TODAY, Segment.PU, 40, 2, 74_000_000),
        (date(2025, 2, 23), Segment.BPU, 1, 1, 42_000_000),
        (date(2025, 2, 24), Segment.BPU, 1, 1, 10_000_000),
    ],
)
def test_jkm(died_on: date, segment: Segment, months: int, memberships: int, total: int) -> None:
    result = jkm_benefit(died_on, segment=segment, contribution_months=months, memberships=memberships)
    check(result)
    assert result.total == total
    assert jkm_benefit(died_on, segment=segment, contribution_months=months, is_active=False).total == 0


def test_jkk_never_calls_the_periodic_money_certain() -> None:
    death, disability = jkk_death(1_000_000, TODAY), jkk_total_disability(1_000_000, TODAY)

    check(death)
    check(disability)
    assert (death.certain_total, death.total) == (58_000_000, 70_000_000)
    assert (disability.certain_total, disability.total) == (56_000_000, 68_000_000)
    assert death.confirmations == disability.confirmations == ("jkk_periodic",)
    assert not death.is_certain


@pytest.mark.parametrize(("months", "total"), [(0, 0), (1, 2_000_000), (12, 24_000_000), (13, 25_000_000)])
def test_lost_wages(months: int, total: int) -> None:
    result = jkk_lost_wages(2_000_000, months, TODAY)
    check(result)
    assert result.total == total


def test_disability_transport_and_time_bar() -> None:
    half = jkk_partial_disability(3_000_000, TODAY, table_percent=Decimal(5), loss_percent=Decimal(50))
    assert half.total == 6_000_000
    assert jkk_transport({"land": 6_000_000, "sea": 1_000_000}, TODAY).total == 6_000_000
    assert jkk_transport({"land": 6_000_000}, TODAY).items[0].working == "Rp6.000.000 → Rp5.000.000"
    assert jkk_right_ends(date(2024, 2, 29)) == date(2029, 2, 28)
    with pytest.raises(InvalidChoice):
        jkk_transport({"rocket": 1}, TODAY)
    with pytest.raises(InvalidChoice):
        jkk_partial_disability(1, TODAY, table_percent=Decimal(101))


def test_scholarship() -> None:
    one = scholarship([WHOLE_SCHOOL], TODAY, by_work=True)
    two = scholarship([WHOLE_SCHOOL, WHOLE_SCHOOL], TODAY, by_work=False, contribution_months=36)

    check(one)
    assert (one.total, two.total) == (87_000_000, 174_000_000)
    assert scholarship([WHOLE_SCHOOL], TODAY, by_work=False, contribution_months=35).total == 0
    refused: list[list[dict[SchoolLevel, int]]] = [[], [{}, {}, {}], [{SchoolLevel.TK: 3}]]
    for children in refused:
        with pytest.raises(InvalidChoice):
            scholarship(children, TODAY, by_work=True)


@pytest.mark.parametrize(
    ("case", "since", "not_before"),
    [
        (JhtCase.PENSION_AGE, date(1970, 11, 20), TODAY),
        (JhtCase.RESIGNATION, date(2026, 10, 31), date(2026, 11, 30)),
        (JhtCase.DISMISSAL, date(2026, 10, 20), TODAY),
        (JhtCase.PARTIAL, date(2016, 11, 21), date(2026, 11, 21)),
        (JhtCase.DEATH, TODAY, TODAY),
    ],
)
def test_when_jht_opens(case: JhtCase, since: date, not_before: date) -> None:
    claim = jht_claim(case, since, TODAY)
    assert (claim.not_before, claim.is_open) == (not_before, not_before <= TODAY)


def test_jht_waits_that_are_not_known() -> None:
    assert jht_claim(JhtCase.CONTRACT_END, TODAY, TODAY).is_open is None
    assert jht_claim(JhtCase.BPU_STOPPED, TODAY, TODAY).confirmations == ("jht_bpu_wait",)


def test_jht_paid_in_is_without_yield() -> None:
    paid = jht_paid_in(5_000_000, date(2025, 12, 1), 12)
    check(paid)
    assert [item.amount for item in paid.items] == [2_220_000, 1_200_000]
    assert paid.confirmations == ("jht_yield", "jht_tax")


@pytest.mark.parametrize(
    ("birth_date", "age", "reached_on"),
    [
        (date(1962, 12, 31), 56, date(2018, 12, 31)),
        (date(1963, 1, 1), 57, date(2020, 1, 1)),
        (date(1966, 12, 31), 58, date(2024, 12, 31)),
        (date(1967, 1, 1), 59, date(2026, 1, 1)),
        (date(1968, 12, 31), 59, date(2027, 12, 31)),
        (date(1969, 1, 1), 60, date(2029, 1, 1)),
        (date(1970, 12, 31), 60, date(2030, 12, 31)),
        (date(1971, 1, 1), 61, date(2032, 1, 1)),
        (date(1990, 5, 5), 65, date(2055, 5, 5)),
    ],
)
def test_the_pension_age_of_a_birth_date(birth_date: date, age: int, reached_on: date) -> None:
    found = jp_pension_age(birth_date)
    assert (found.age, found.reached_on) == (age, reached_on)
    assert found.rule.is_valid(reached_on)


@given(st.dates(date(1960, 1, 1), date(2010, 12, 31)))
def test_who_is_born_later_never_retires_earlier(birth_date: date) -> None:
    assert jp_pension_age(birth_date).reached_on <= jp_pension_age(birth_date + timedelta(days=1)).reached_on


def test_fifteen_years_make_a_monthly_pension() -> None:
    monthly, at_once = (jp_claim(date(1967, 1, 1), months, TODAY) for months in (180, 179))
    assert (monthly.form, monthly.lowest, monthly.highest) == (PensionForm.MONTHLY, 411_400, 4_932_300)
    assert (at_once.form, at_once.missing_months, at_once.lowest) == (PensionForm.AT_ONCE, 1, None)
    assert next_pension_age_on(TODAY) == date(2028, 1, 1)
    with pytest.raises(NoRule):
        jp_pension_age(date(1950, 1, 1))


def test_a_pension_by_the_formula_is_never_certain() -> None:
    guess = jp_monthly_guess(10_000_000, 180, TODAY)
    check(guess)
    assert (guess.total, guess.certain_total) == (1_500_000, 0)
    assert "jp_formula" in guess.confirmations
    assert jp_monthly_guess(100_000_000, 400, TODAY).total == 4_932_300


@given(wages, wages)
def test_a_higher_wage_never_gets_less(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert jkk_death(low, TODAY).total <= jkk_death(high, TODAY).total
    totals = [jkp_estimate(wage, TODAY, reason=EndOfWork.DISMISSAL).total for wage in (low, high)]
    assert totals[0] <= totals[1] <= 18_000_000
