"""Arrears, fines, waits, cards and lists, against figures worked out by hand from the fact base."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_security.arrears import BpuStanding, bpu_arrears, pu_late_penalty
from social_security.card_numbers import check_jkn_card, check_kpj, va_formulas
from social_security.confirmations import confirmation, confirmation_table
from social_security.errors import InvalidChoice, InvalidDates, NoRule, WrongDigits
from social_security.facts import dated_facts
from social_security.jkn import jkn_ppu_contribution
from social_security.jkn_arrears import jkn_reactivation, jkn_service_fine
from social_security.listings import listing, listing_names
from social_security.waits import WAITS, jkn_first_payment, wait
from social_security.working_days import is_joint_leave, is_working_day, joint_leave

TODAY, NOVEMBER = date(2026, 11, 20), date(2026, 11, 1)


@pytest.mark.parametrize(
    ("months", "total"), [(0, 140_000), (1, 280_000), (24, 3_500_000), (25, 3_500_000), (30, 3_500_000)]
)
def test_reactivation_of_a_family(months: int, total: int) -> None:
    bill = jkn_reactivation(3, 4, months, NOVEMBER)
    assert bill.total == total == sum(item.amount for item in bill.items)
    assert "jkn_arrears_bill" in bill.confirmations


@pytest.mark.parametrize(
    ("cost", "months", "total"),
    [(10_000_000, 8, 4_000_000), (10_000_000, 20, 6_000_000), (80_000_000, 12, 30_000_000), (10_000_000, 0, 0)],
)
def test_the_service_fine(cost: int, months: int, total: int) -> None:
    fine = jkn_service_fine(cost, months, reactivated_on=NOVEMBER, admitted_on=TODAY)
    assert fine.total == total
    assert jkn_service_fine(cost, months, reactivated_on=NOVEMBER, admitted_on=TODAY, inpatient=False).total == 0


def test_the_fine_ends_after_45_days() -> None:
    last = NOVEMBER + timedelta(days=45)
    fines = [
        jkn_service_fine(1_000_000, 1, reactivated_on=NOVEMBER, admitted_on=day).total
        for day in (last, last + timedelta(days=1))
    ]
    assert fines == [50_000, 0]
    before = jkn_service_fine(1_000_000, 1, reactivated_on=date(2020, 12, 1), admitted_on=date(2020, 12, 31))
    after = jkn_service_fine(1_000_000, 1, reactivated_on=date(2020, 12, 1), admitted_on=date(2021, 1, 1))
    assert (before.total, after.total) == (25_000, 50_000)
    with pytest.raises(InvalidDates):
        jkn_service_fine(1, 1, reactivated_on=TODAY, admitted_on=NOVEMBER)


@given(st.integers(0, 10**11), st.integers(0, 400))
def test_a_fine_is_never_above_its_cap(cost: int, months: int) -> None:
    assert 0 <= jkn_service_fine(cost, months, reactivated_on=NOVEMBER, admitted_on=TODAY).total <= 30_000_000


@pytest.mark.parametrize(
    ("wage", "floor", "extra", "employer", "worker"),
    [
        (5_000_000, None, 0, 200_000, 50_000),
        (20_000_000, 5_000_000, 0, 480_000, 120_000),
        (2_000_000, 3_000_000, 0, 120_000, 30_000),
        (12_000_001, None, 2, 480_000, 360_000),
        (1_000_000, 13_000_000, 0, 480_000, 120_000),
    ],
)
def test_jkn_of_workers(wage: int, floor: int | None, extra: int, employer: int, worker: int) -> None:
    bill = jkn_ppu_contribution(wage, NOVEMBER, minimum_wage=floor, extra_family=extra)
    assert (bill.employer, bill.worker, bill.total) == (employer, worker, employer + worker)


def test_the_employers_penalty() -> None:
    assert pu_late_penalty(1_000_000, 3, TODAY).total == 60_000
    covid = pu_late_penalty(1_000_000, 3, date(2020, 12, 1))
    assert (covid.total, covid.certain_total) == (15_000, 0)


@pytest.mark.parametrize(
    ("last_paid", "standing", "bills"),
    [
        (date(2026, 12, 1), BpuStanding.UP_TO_DATE, 0),
        (date(2026, 11, 1), BpuStanding.UP_TO_DATE, 0),
        (date(2026, 10, 1), BpuStanding.UP_TO_DATE, 1),
        (date(2026, 9, 1), BpuStanding.IN_WINDOW, 2),
        (date(2026, 7, 1), BpuStanding.IN_WINDOW, 4),
        (date(2026, 6, 1), BpuStanding.LAPSED, 1),
    ],
)
def test_the_window_of_a_bpu(last_paid: date, standing: BpuStanding, bills: int) -> None:
    found = bpu_arrears(last_paid, TODAY, 1_000_000, with_jht=False, transport=False)
    assert (found.standing, len(found.bills), found.total) == (standing, bills, bills * 8_400)
    assert (found.lapses_on <= TODAY) == (standing is BpuStanding.LAPSED)


def test_a_bill_of_arrears_uses_each_months_own_rule() -> None:
    found = bpu_arrears(date(2026, 1, 1), date(2026, 4, 20), 1_000_000, with_jht=False, transport=False)
    assert [bill.total for bill in found.bills] == [16_800, 16_800, 8_400]


@pytest.mark.parametrize(
    ("key", "since", "day"),
    [
        ("jht_wait_after_leaving_months", date(2026, 1, 31), date(2026, 2, 28)),
        ("jkk_report_hours", TODAY, date(2026, 11, 22)),
        ("jht_claim_working_days", TODAY, date(2026, 11, 27)),
        ("jkn_newborn_days", date(2026, 12, 31), date(2027, 1, 28)),
        ("jkn_newborn_days", date(2027, 2, 1), date(2027, 3, 1)),
        ("jkn_newborn_days", date(2028, 2, 1), date(2028, 2, 29)),
        ("jkp_claim_months", date(2026, 8, 31), date(2027, 2, 28)),
        ("jkn_class_change_months", date(2026, 3, 15), date(2027, 3, 15)),
    ],
)
def test_waits(key: str, since: date, day: date) -> None:
    assert wait(key, since).day == day


def test_every_wait_is_a_fact() -> None:
    assert all(wait(key, TODAY).day >= TODAY for key in WAITS)
    window = jkn_first_payment(date(2026, 11, 1))
    assert (window.first.day, window.last.day) == (date(2026, 11, 15), date(2026, 12, 1))
    with pytest.raises(InvalidChoice):
        wait("jkm_total", TODAY)


def test_card_numbers() -> None:
    assert check_kpj("12 3456 78901").digits == "12345" + "678901"
    assert not check_jkn_card("000" + "1234567890").is_unusual
    assert check_jkn_card("999" + "1234567890").is_unusual
    for text in ("", "123", "1" * 12, "abc"):
        with pytest.raises(WrongDigits) as refusal:
            check_kpj(text)
        assert not text or text not in str(refusal.value)


def test_virtual_accounts_are_formulas() -> None:
    formulas = {formula.bank: formula for formula in va_formulas(TODAY)}
    assert {formula.prefix for bank, formula in formulas.items() if bank != "Mandiri"} == {"8" * 5}
    assert not formulas["Mandiri"].is_certain
    assert all(formula.last_digits == 11 and formula.confirm for formula in formulas.values())


def test_joint_leave_is_known_and_moves_nothing() -> None:
    assert date(2026, 12, 24) in joint_leave(2026)
    assert is_joint_leave(date(2026, 5, 15))
    assert is_working_day(date(2026, 5, 15))


def test_lists() -> None:
    exclusions = listing("jkn_exclusions", TODAY)
    assert len(exclusions) == 21
    assert [entry.is_certain for entry in exclusions] == [True] * 13 + [False] * 8
    assert all(listing_names())
    assert [entry.key for entry in listing("jkn_resigning_timing", TODAY)] == [
        "next_month",
        "all_since",
        "this_month",
        "early",
    ]
    assert len(listing("pandawa_services", TODAY)) == 6
    assert len(listing("jkn_public_services", TODAY)) == 4
    assert len(listing("jkn_newborn_by_segment", TODAY)) == 3
    with pytest.raises(InvalidChoice):
        listing("nothing", TODAY)
    with pytest.raises(NoRule):
        listing("jkn_exclusions", date(2010, 1, 1))


def test_what_is_not_certain_says_what_to_confirm_and_where() -> None:
    doubtful = [fact for fact in dated_facts() if not fact.is_certain]
    assert doubtful
    assert all(fact.confirm in confirmation_table().confirmations for fact in doubtful)
    assert confirmation("jkk_periodic", TODAY).phone == "175"
    assert confirmation("jkn_write_off", TODAY).phone == "165"
