from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_security.due_dates import cover_stops_on, due_on, due_tables, next_due_on
from social_security.errors import InvalidMonth, NoRule
from social_security.programmes import Segment
from social_security.tables import Confidence
from social_security.working_days import is_working_day

months = st.dates(min_value=date(2020, 7, 1), max_value=date(2035, 12, 31)).map(lambda day: day.replace(day=1))
billed = st.sampled_from([Segment.PU, Segment.BPU, Segment.PBPU, Segment.PPU])


@pytest.mark.parametrize(
    ("month", "due", "why"),
    [
        (date(2026, 10, 1), date(2026, 11, 16), "15 November 2026 is a Sunday"),
        (date(2026, 11, 1), date(2026, 12, 15), "a Tuesday"),
        (date(2026, 12, 1), date(2027, 1, 15), "a Friday, in the next year"),
        (date(2026, 1, 1), date(2026, 2, 16), "a Sunday; the 17th is Lunar New Year"),
        (date(2026, 7, 1), date(2026, 8, 18), "a Saturday, and Monday the 17th is Independence Day"),
        (date(2022, 3, 1), date(2022, 4, 18), "15 April 2022 is Good Friday"),
        (date(2018, 5, 1), date(2018, 6, 18), "15 June 2018 is Eid al-Fitr, a Friday"),
        (date(2017, 1, 1), date(2017, 2, 16), "15 February 2017 is the local election"),
        (date(2026, 4, 1), date(2026, 5, 15), "joint leave after Ascension does not move it"),
        (date(2027, 7, 1), date(2027, 8, 16), "15 August 2027 is a Sunday"),
        (date(2027, 1, 1), date(2027, 2, 15), "the first month after the relief"),
        (date(2027, 2, 1), date(2027, 3, 15), "the last month under the ceiling of 2026"),
    ],
)
def test_wage_earners_are_due_on_the_15th_of_the_next_month(month: date, due: date, why: str) -> None:
    assert due_on(Segment.PU, month).date == due, why


@pytest.mark.parametrize(
    ("month", "due"),
    [
        (date(2026, 11, 1), date(2026, 11, 16)),
        (date(2026, 12, 1), date(2026, 12, 15)),
        (date(2026, 8, 1), date(2026, 8, 18)),
        (date(2026, 3, 1), date(2026, 3, 16)),
        (date(2022, 4, 1), date(2022, 4, 18)),
        (date(2027, 1, 1), date(2027, 1, 15)),
        (date(2027, 3, 1), date(2027, 3, 15)),
        (date(2027, 4, 1), date(2027, 4, 15)),
    ],
)
def test_people_who_work_for_themselves_are_due_in_the_same_month(month: date, due: date) -> None:
    assert due_on(Segment.BPU, month).date == due


@pytest.mark.parametrize(
    ("month", "due", "weekday"),
    [
        (date(2026, 11, 1), date(2026, 11, 10), "Tuesday"),
        (date(2026, 10, 1), date(2026, 10, 10), "Saturday"),
        (date(2027, 1, 1), date(2027, 1, 10), "Sunday"),
        (date(2027, 3, 1), date(2027, 3, 10), "Wednesday"),
    ],
)
@pytest.mark.parametrize("segment", [Segment.PBPU, Segment.PPU])
def test_jkn_is_due_on_the_10th_and_does_not_move(segment: Segment, month: date, due: date, weekday: str) -> None:
    answer = due_on(segment, month)

    assert (answer.date, answer.before_holiday, answer.is_moved) == (due, due, False)
    assert f"{answer.date:%A}" == weekday


def test_a_due_date_says_where_it_comes_from() -> None:
    plain = due_on(Segment.PU, date(2026, 11, 1))
    moved = due_on(Segment.PU, date(2026, 10, 1))

    assert (plain.article, plain.confidence, plain.is_moved) == ("PP 44/2015", Confidence.V2, False)
    assert (moved.before_holiday, moved.confidence, moved.is_moved) == (date(2026, 11, 15), Confidence.V1, True)
    assert due_on(Segment.BPU, date(2026, 12, 1)).confidence is Confidence.V1
    assert due_on(Segment.PBPU, date(2026, 12, 1)).article == "Perpres 82/2018"


@pytest.mark.parametrize("segment", [Segment.KONSTRUKSI, Segment.PMI, Segment.PBI])
def test_segments_without_a_monthly_bill_have_no_due_date(segment: Segment) -> None:
    with pytest.raises(NoRule, match=segment):
        due_on(segment, date(2026, 11, 1))


def test_a_month_is_its_first_day_here_too() -> None:
    with pytest.raises(InvalidMonth):
        due_on(Segment.BPU, date(2026, 11, 20))
    with pytest.raises(InvalidMonth):
        cover_stops_on(Segment.PBPU, date(2026, 11, 20))


@pytest.mark.parametrize(
    ("segment", "today", "month", "due"),
    [
        (Segment.BPU, date(2026, 11, 16), date(2026, 11, 1), date(2026, 11, 16)),
        (Segment.BPU, date(2026, 11, 20), date(2026, 12, 1), date(2026, 12, 15)),
        (Segment.BPU, date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 15)),
        (Segment.BPU, date(2027, 1, 1), date(2027, 1, 1), date(2027, 1, 15)),
        (Segment.PU, date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 15)),
        (Segment.PPU, date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 10)),
        (Segment.PU, date(2026, 11, 16), date(2026, 10, 1), date(2026, 11, 16)),
        (Segment.PU, date(2026, 11, 20), date(2026, 11, 1), date(2026, 12, 15)),
        (Segment.PBPU, date(2026, 11, 10), date(2026, 11, 1), date(2026, 11, 10)),
        (Segment.PBPU, date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 10)),
    ],
)
def test_the_next_due_date(segment: Segment, today: date, month: date, due: date) -> None:
    answer = next_due_on(segment, today)

    assert (answer.month, answer.date) == (month, due)


@pytest.mark.parametrize("segment", [Segment.PBPU, Segment.PPU])
@pytest.mark.parametrize(
    ("month", "stops"),
    [
        (date(2026, 11, 1), date(2026, 12, 1)),
        (date(2026, 12, 1), date(2027, 1, 1)),
        (date(2027, 2, 1), date(2027, 3, 1)),
        (date(2028, 2, 1), date(2028, 3, 1)),
    ],
)
def test_jkn_cover_stops_on_the_first_of_the_next_month(segment: Segment, month: date, stops: date) -> None:
    assert cover_stops_on(segment, month) == stops


@pytest.mark.parametrize("segment", [Segment.PU, Segment.BPU, Segment.KONSTRUKSI, Segment.PMI, Segment.PBI])
def test_where_no_source_names_a_day_none_is_promised(segment: Segment) -> None:
    assert cover_stops_on(segment, date(2026, 11, 1)) is None


def test_cover_stop_before_its_regulation_has_no_rule() -> None:
    with pytest.raises(NoRule):
        cover_stops_on(Segment.PBPU, date(2020, 6, 1))


@given(billed, months)
def test_a_due_date_never_moves_back_and_only_over_days_off(segment: Segment, month: date) -> None:
    due = due_on(segment, month)

    skipped = [due.before_holiday + timedelta(days=n) for n in range((due.date - due.before_holiday).days)]
    assert due.date >= due.before_holiday
    assert not any(is_working_day(day) for day in skipped)
    assert due.before_holiday.day == (10 if segment in (Segment.PBPU, Segment.PPU) else 15)


@given(billed, st.dates(min_value=date(2021, 1, 1), max_value=date(2035, 12, 31)))
def test_the_next_due_date_is_the_first_that_has_not_passed(segment: Segment, today: date) -> None:
    due = next_due_on(segment, today)
    month_before = (due.month - timedelta(days=1)).replace(day=1)

    assert due.date >= today
    assert due_on(segment, month_before).date < today


def test_due_rules_do_not_overlap() -> None:
    for rules in due_tables().due_dates.values():
        for day in (date(2019, 1, 1), date(2026, 11, 1), date(2030, 1, 1)):
            assert sum(rule.is_valid(day) for rule in rules) == 1
