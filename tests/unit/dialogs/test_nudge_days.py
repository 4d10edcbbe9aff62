"""The day of each month that a participant names for reminders, and the nearest one we offer."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.nudge_days import day_wished, days_offered
from dialogs.nudges import nudge_policy


@pytest.mark.parametrize(
    ("text", "due_on", "days"),
    [
        ("ingatkan tiap tgl 5", date(2026, 12, 10), 5),
        ("ingetin setiap bulan tanggal 9 ya", date(2026, 12, 10), 1),
        ("tolong ingatkan tgl 8 tiap bulan", date(2026, 12, 15), 7),
        ("ingatkan tiap tgl 5", date(2026, 12, 15), 10),
        ("ingatkan tiap tgl 1", date(2026, 12, 15), 10),
        ("ingatkan tiap tgl 6", date(2026, 12, 10), 5),
        ("ingatkan 3 hari sebelum jatuh tempo", date(2026, 12, 15), 3),
        ("ingatkan sehari sebelumnya", date(2026, 12, 15), 1),
        ("ingatkan seminggu sebelumnya aja", date(2026, 12, 15), 7),
        ("kirim pengingat h-3", date(2026, 12, 15), 3),
        ("ingatkan dua hari sebelum", date(2026, 12, 15), 3),
        ("ingatkan tiap tgl 20", date(2026, 12, 15), None),
        ("ingatkan tiap tgl 15", date(2026, 12, 15), None),
        ("ingatkan tiap tgl 45", date(2026, 12, 15), None),
        ("ingatkan tiap tgl 0", date(2026, 12, 15), None),
        ("ingatkan tgl 5", date(2026, 12, 15), None),
        ("ingatkan besok", date(2026, 12, 15), None),
        ("", date(2026, 12, 15), None),
    ],
)
def test_the_nearest_day_is_offered(text: str, due_on: date, days: int | None) -> None:
    wish = day_wished(text)
    offered = days_offered(wish, due_on) if wish else None
    assert (offered.days if offered else None) == days


@pytest.mark.parametrize(("text", "is_exact"), [("tiap tgl 5", True), ("tiap tgl 6", False), ("h-3", True)])
def test_what_is_only_near_the_wish_is_known_as_such(text: str, is_exact: bool) -> None:  # noqa: FBT001
    offered = days_offered(day_wished(text) or "", date(2026, 12, 10))
    assert offered is not None
    assert offered.is_exact is is_exact


@given(st.text(), st.integers(0, 99), st.dates())
def test_whatever_is_wished_is_offered_or_not_taken(text: str, number: int, due_on: date) -> None:
    for said in (text, f"tiap tgl {number}", f"h-{number}", f"{number} hari sebelum"):
        wish = day_wished(said)
        offered = days_offered(wish, due_on) if wish else None
        assert offered is None or offered.days in nudge_policy().own_days
