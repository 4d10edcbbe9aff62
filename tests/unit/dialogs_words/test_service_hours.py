"""When somebody answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.service_hours import answers_from, is_open

JAKARTA, PAPUA = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Jayapura")


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("2026-11-20T10:00", "2026-11-20T10:00"),
        ("2026-11-20T07:59", "2026-11-20T08:00"),
        ("2026-11-20T16:00", "2026-11-23T08:00"),
        ("2026-11-21T12:00", "2026-11-23T08:00"),
        ("2026-12-24T20:00", "2026-12-28T08:00"),
        ("2026-12-25T07:00", "2026-12-28T08:00"),
        ("2026-12-31T16:30", "2027-01-04T08:00"),
    ],
)
def test_the_next_moment_somebody_answers(asked: str, answered: str) -> None:
    at, expected = (datetime.fromisoformat(moment).replace(tzinfo=JAKARTA) for moment in (asked, answered))
    assert answers_from(at) == expected


def test_hours_are_counted_in_jakarta() -> None:
    assert is_open(datetime(2026, 11, 20, 10, 0, tzinfo=PAPUA))
    assert not is_open(datetime(2026, 11, 20, 9, 59, tzinfo=PAPUA))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.sampled_from([UTC, JAKARTA, PAPUA]))  # noqa: DTZ001
)
def test_the_answer_comes_when_the_desk_is_open_and_not_before_the_question(now: datetime) -> None:
    moment = answers_from(now)
    assert moment >= now
    assert is_open(moment)
    assert moment == now or not is_open(now)
    assert moment - now < timedelta(days=14)
