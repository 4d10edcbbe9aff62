"""The day a participant puts a reminder off to, and how far."""

from __future__ import annotations

from datetime import date

import pytest

from dialogs.nudges import nudge_policy
from dialogs.ports import MembershipFacts
from dialogs.snooze import latest_snooze, snoozed_to
from social_security.programmes import Programme, Scheme, Segment

TODAY = date(2026, 12, 8)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("ingatkan besok aja", date(2026, 12, 9)),
        ("ingatkan lusa", date(2026, 12, 10)),
        ("ingatkan 3 hari lagi ya", date(2026, 12, 11)),
        ("tiga hari lagi ingetin", date(2026, 12, 11)),
        ("ingatkan minggu depan", date(2026, 12, 15)),
        ("ingatkan 2 minggu lagi", date(2026, 12, 22)),
        ("ingatkan tgl 9", date(2026, 12, 9)),
        ("ingatkan tanggal 5", date(2027, 1, 5)),
        ("ingatkan tgl 31", date(2026, 12, 31)),
        ("ingatkan tgl 12 desember", date(2026, 12, 12)),
        ("ingatkan tgl 45", None),
        ("ingatkan tgl 0", None),
        ("ingatkan 0 hari lagi", None),
        ("ingatkan setiap tgl 5", None),
        ("ingatkan 3 hari sebelum jatuh tempo", None),
        ("tolong ingatkan bayar bpjs", None),
    ],
)
def test_a_day_to_come_is_read(text: str, day: date | None) -> None:
    assert snoozed_to(text, TODAY) == day


def facts(due_on: date, *, segment: Segment = Segment.BPU, sponsored: bool = False) -> MembershipFacts:
    return MembershipFacts(Scheme.BPJSTK, segment, (Programme.JKK,), 20_000, date(2026, 12, 1), due_on, sponsored)


@pytest.mark.parametrize(
    ("mine", "latest"),
    [
        ([facts(date(2026, 12, 15))], date(2026, 12, 15)),
        ([facts(date(2026, 12, 15)), facts(date(2026, 12, 10))], date(2026, 12, 10)),
        ([facts(date(2026, 12, 7))], date(2026, 12, 13)),
        ([facts(date(2026, 9, 15))], None),
        ([facts(date(2026, 12, 15), sponsored=True)], None),
        ([facts(date(2026, 12, 15), segment=Segment.PU)], None),
        ([], None),
    ],
)
def test_nobody_sleeps_past_the_due_date(mine: list[MembershipFacts], latest: date | None) -> None:
    assert latest_snooze(nudge_policy(), mine, TODAY) == latest
