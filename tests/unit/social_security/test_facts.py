from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_security.errors import NoRule
from social_security.fact import Unit
from social_security.facts import all_facts, dated_facts, fact

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("jkm_death_benefit", 20_000_000),
        ("jkm_periodic", 12_000_000),
        ("jkm_funeral", 10_000_000),
        ("jkm_total", 42_000_000),
        ("jkm_bpu_newcomer_months", 3),
        ("jkm_bpu_newcomer_benefit", 10_000_000),
        ("jkk_transport_land_max", 5_000_000),
        ("jkk_transport_sea_max", 2_000_000),
        ("jkk_transport_air_max", 10_000_000),
        ("jkk_stmb_first_months", 12),
        ("jkk_stmb_later_percent", 50),
        ("jkk_death_wages", 48),
        ("jkk_report_hours", 48),
        ("scholarship_max", 174_000_000),
        ("scholarship_university_per_year", 12_000_000),
        ("jht_jmo_limit", 15_000_000),
        ("jht_pension_age", 56),
        ("jht_partial_percent", 10),
        ("jht_partial_home_percent", 30),
        ("jp_pension_age", 59),
        ("jp_contribution_years", 15),
        ("jp_wage_ceiling", 11_086_300),
        ("jkp_cash_percent", 60),
        ("jkp_cash_months", 6),
        ("jkp_wage_max", 5_000_000),
        ("jkp_claim_months", 6),
        ("jkp_funding_percent", Decimal("0.36")),
        ("bpu_late_penalty_percent", 0),
        ("bpu_arrears_window_months", 3),
        ("bpu_registration_age_below", 65),
        ("bpu_jkm_amount", 6_800),
        ("bpu_relief_transport_last_month", date(2027, 3, 1)),
        ("bpu_relief_other_last_month", date(2026, 12, 1)),
        ("bpu_due_day", 15),
        ("jkn_due_day", 10),
        ("jkn_class_1", 150_000),
        ("jkn_class_2", 100_000),
        ("jkn_class_3", 35_000),
        ("jkn_class_3_full", 42_000),
        ("jkn_ppu_wage_ceiling", 12_000_000),
        ("jkn_late_fee_percent", 0),
        ("jkn_service_fine_percent", 5),
        ("jkn_service_fine_most_months", 12),
        ("jkn_service_fine_max", 30_000_000),
        ("jkn_service_fine_days", 45),
        ("jkn_arrears_most_months", 24),
        ("jkn_newborn_days", 28),
        ("jkn_layoff_free_months", 6),
        ("jkn_fktp_change_months", 3),
        ("jkn_class_change_months", 12),
        ("jkn_first_payment_from_day", 14),
        ("jkn_first_payment_until_day", 30),
        ("jkn_child_age", 21),
        ("jkn_student_age", 25),
        ("bpjstk_call_centre", "175"),
        ("jkn_call_centre", "165"),
        ("jkn_pandawa", "0811" + "8165165"),
    ],
)
def test_facts_of_today(key: str, value: object) -> None:
    assert fact(key, TODAY).value == value


@pytest.mark.parametrize(
    ("key", "last", "before", "after"),
    [
        ("jp_pension_age", date(2018, 12, 31), 56, 57),
        ("jp_pension_age", date(2024, 12, 31), 58, 59),
        ("jp_pension_age", date(2027, 12, 31), 59, 60),
        ("jp_pension_age", date(2042, 12, 31), 64, 65),
        ("jp_wage_ceiling", date(2026, 2, 28), 10_547_400, 11_086_300),
    ],
)
def test_a_fact_changes_overnight(key: str, last: date, before: int, after: int) -> None:
    assert fact(key, last).value == before
    assert fact(key, date.fromordinal(last.toordinal() + 1)).value == after


@pytest.mark.parametrize(
    ("key", "last_day"),
    [
        ("bpu_relief_other_percent", date(2026, 12, 31)),
        ("bpu_relief_transport_percent", date(2027, 3, 31)),
        ("jp_pension_max", date(2027, 1, 31)),
        ("jp_wage_ceiling", date(2027, 2, 28)),
    ],
)
def test_an_expired_fact_cannot_be_had(key: str, last_day: date) -> None:
    assert fact(key, last_day).valid_until == last_day
    next_day = date.fromordinal(last_day.toordinal() + 1)
    with pytest.raises(NoRule, match=key):
        fact(key, next_day)
    assert key not in all_facts(next_day)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(NoRule, match="bonus"):
        fact("bonus", TODAY)


@pytest.mark.parametrize(
    "key", ["complaint_working_days", "mediation_working_days", "jkk_death_periodic", "jht_bpu_wait_months"]
)
def test_memory_and_conflict_are_not_certain(key: str) -> None:
    assert not fact(key, TODAY).is_certain


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("jkm_total", "Rp42.000.000"),
        ("jkp_cash_percent", "60%"),
        ("jkp_funding_percent", "0,36%"),
        ("pu_jht_employer_percent", "3,7%"),
        ("jkp_cash_months", "6"),
        ("jkn_call_centre", "165"),
    ],
)
def test_facts_are_written_the_indonesian_way(key: str, text: str) -> None:
    assert fact(key, TODAY).text == text


def test_the_scholarship_adds_up() -> None:
    facts = all_facts(TODAY)
    per_child = sum(
        facts[f"scholarship_{level}_per_year"].amount * facts[f"scholarship_{level}_years"].amount
        for level in ("tk", "sd", "smp", "sma", "university")
    )
    assert per_child * facts["scholarship_children"].amount == facts["scholarship_max"].amount


def test_the_death_benefit_adds_up() -> None:
    facts = all_facts(TODAY)
    parts = ("jkm_death_benefit", "jkm_periodic", "jkm_funeral")
    assert sum(facts[part].amount for part in parts) == facts["jkm_total"].amount


def test_a_fact_that_is_no_number_has_no_amount() -> None:
    with pytest.raises(TypeError, match="jkn_call_centre"):
        _ = fact("jkn_call_centre", TODAY).amount


def test_every_fact_says_where_it_comes_from_and_never_overlaps() -> None:
    facts = dated_facts()
    assert all(one.article and one.source for one in facts)
    assert all(type(one.value) is one.unit.value_type for one in facts)
    for earlier, later in pairwise(facts):
        if earlier.key == later.key:
            assert earlier.valid_until is not None
            assert earlier.valid_until < later.valid_from


def test_the_pension_age_has_no_gap() -> None:
    ages = [one for one in dated_facts() if one.key == "jp_pension_age"]
    assert [one.value for one in ages] == list(range(56, 66))
    for earlier, later in pairwise(ages):
        assert earlier.valid_until is not None
        assert (later.valid_from - earlier.valid_until).days == 1
    assert ages[-1].unit is Unit.YEARS


@given(st.dates(min_value=date(2014, 1, 1), max_value=date(2060, 1, 1)))
def test_all_facts_of_a_day_are_valid_on_it(day: date) -> None:
    facts = all_facts(day)
    assert all(key == one.key and one.is_valid(day) for key, one in facts.items())
    assert len(facts) == len([one for one in dated_facts() if one.is_valid(day)])
