from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_security.errors import InvalidAmount, InvalidChoice, InvalidMonth, NoRule
from social_security.jkn import jkn_pbpu_contribution, jkn_ppu_contribution
from social_security.programmes import Programme, Scheme
from social_security.tables import Confidence

NOVEMBER = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("care_class", "people", "full", "total"),
    [
        (1, 1, 150_000, 150_000),
        (2, 1, 100_000, 100_000),
        (3, 1, 42_000, 35_000),
        (1, 3, 450_000, 450_000),
        (2, 5, 500_000, 500_000),
        (3, 4, 168_000, 140_000),
    ],
)
def test_a_family_pays_by_class_and_person(care_class: int, people: int, full: int, total: int) -> None:
    contribution = jkn_pbpu_contribution(care_class, people, NOVEMBER)

    assert (contribution.total_before, contribution.total) == (full, total)
    assert contribution.scheme is Scheme.JKN
    assert contribution.articles == ("Perpres 64/2020 art. 34",)
    assert contribution.confidence is Confidence.S2
    (line,) = contribution.lines
    assert (line.programme, line.count) == (Programme.JKN, people)


@pytest.mark.parametrize(
    ("care_class", "known_from"), [(1, date(2020, 7, 1)), (2, date(2020, 7, 1)), (3, date(2021, 1, 1))]
)
def test_class_rates_begin_with_their_regulation(care_class: int, known_from: date) -> None:
    month_before = date(known_from.year - (known_from.month == 1), (known_from.month - 2) % 12 + 1, 1)

    assert jkn_pbpu_contribution(care_class, 1, known_from).total > 0
    with pytest.raises(NoRule, match=f"class {care_class}"):
        jkn_pbpu_contribution(care_class, 1, month_before)


@pytest.mark.parametrize("care_class", [0, 4, -1])
def test_there_are_three_classes(care_class: int) -> None:
    with pytest.raises(InvalidChoice, match="1, 2 or 3"):
        jkn_pbpu_contribution(care_class, 1, NOVEMBER)


@pytest.mark.parametrize("people", [0, -2])
def test_a_family_has_at_least_one_person(people: int) -> None:
    with pytest.raises(InvalidChoice, match="people"):
        jkn_pbpu_contribution(3, people, NOVEMBER)


@pytest.mark.parametrize(
    ("wage", "employer", "worker"),
    [
        (5_000_000, 200_000, 50_000),
        (11_999_999, 480_000, 120_000),
        (12_000_000, 480_000, 120_000),
        (12_000_001, 480_000, 120_000),
        (20_000_000, 480_000, 120_000),
    ],
)
def test_employer_and_worker_share_the_jkn_of_a_wage(wage: int, employer: int, worker: int) -> None:
    contribution = jkn_ppu_contribution(wage, NOVEMBER)

    assert (contribution.employer, contribution.worker, contribution.total) == (employer, worker, employer + worker)
    assert contribution.articles == ("Perpres 75/2019; Perpres 64/2020", "Perpres 75/2019 art. 32")
    assert contribution.confidence is Confidence.S1


def test_bad_questions_are_refused() -> None:
    with pytest.raises(InvalidAmount):
        jkn_ppu_contribution(-1, NOVEMBER)
    with pytest.raises(InvalidMonth):
        jkn_ppu_contribution(1, date(2026, 11, 10))
    with pytest.raises(InvalidMonth):
        jkn_pbpu_contribution(1, 1, date(2026, 11, 10))
    with pytest.raises(NoRule):
        jkn_ppu_contribution(5_000_000, date(2019, 12, 1))


@given(st.integers(0, 10**10), st.integers(0, 10**10))
def test_more_wage_never_pays_less_jkn(one: int, other: int) -> None:
    lower, higher = sorted((one, other))
    assert jkn_ppu_contribution(lower, NOVEMBER).total <= jkn_ppu_contribution(higher, NOVEMBER).total


@given(st.integers(1, 3), st.integers(1, 50))
def test_a_family_bill_is_its_people_times_one(care_class: int, people: int) -> None:
    one = jkn_pbpu_contribution(care_class, 1, NOVEMBER)
    assert jkn_pbpu_contribution(care_class, people, NOVEMBER).total == one.total * people
