"""What nudges say: every wording of every step renders, fits, and threatens nobody."""

from __future__ import annotations

from datetime import date

import pytest

from dialogs.nudges import AGAIN, OWN_DAY, NudgeFacts, compose_nudge, nudge_policy
from dialogs.words import TEMPLATES, Words
from social_security.due_dates import due_on
from social_security.programmes import Scheme, Segment

POLICY = nudge_policy()
WORDINGS = [
    (segment, step, wording, amount)
    for segment, of in POLICY.segments.items()
    for step, wordings in [*((one.name, one.wordings) for one in of.steps), (OWN_DAY, 1), (f"{AGAIN}_1209", 1)]
    for wording in range(wordings)
    for amount in (None, 42_000)
]
THREATS = ("denda", "sanksi", "hangus", "disita", "penjara", "pidana", "dituntut", "diblokir", "wajib", "segera bayar")


@pytest.mark.parametrize(("segment", "step", "wording", "amount"), WORDINGS)
def test_every_wording_names_bill_and_date_and_threatens_nobody(
    segment: Segment, step: str, wording: int, amount: int | None
) -> None:
    month = date(2026, 12, 1)
    due = due_on(segment, month).date
    reply = compose_nudge(NudgeFacts(segment.scheme, segment, month, step, due, amount, wording), Words())
    said = reply.text.casefold()
    assert f"{due.day} desember 2026" in said
    assert ("jkn" if segment.scheme is Scheme.JKN else "ketenagakerjaan") in said
    assert ("rp42.000" in said) == (amount is not None)
    assert not [threat for threat in THREATS if threat in said]
    assert "none" not in said
    assert len(reply.text) <= 1_024
    assert [choice.id for choice in reply.choices][-1] == "h:reminders:off"


def test_no_wording_is_left_unused() -> None:
    steps = {step.name: step.wordings for of in POLICY.segments.values() for step in of.steps} | {OWN_DAY: 1, AGAIN: 1}
    expected = {
        f"{name}_{number}" if number > 1 else name for name, most in steps.items() for number in range(1, most + 1)
    }
    assert {path.stem for path in (TEMPLATES / "id" / "nudges").glob("*.jinja")} == expected | {"bill", "choices"}
