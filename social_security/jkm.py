"""What JKM pays to the heirs of a participant whose death was no work accident."""

from __future__ import annotations

from datetime import date

from social_security.calculation import Calculation, Condition, Item, computed, require_count
from social_security.fact import Fact
from social_security.facts import fact, find_fact
from social_security.programmes import Segment

_PARTS = ("jkm_death_benefit", "jkm_periodic", "jkm_funeral")
_ONCE = "jkm_funeral"


def jkm_benefit(
    died_on: date, *, segment: Segment, contribution_months: int, is_active: bool = True, memberships: int = 1
) -> Calculation:
    """What the heirs get (PP 44/2015 jo. PP 82/2019; Permenaker 1/2025).

    A BPU with fewer months than the newcomer rule asks for leaves the funeral money only. With several memberships that
    are all paid the cash is paid for each, the funeral money once. Nothing is paid when the participant was not active
    at death. The scholarship is computed by ``scholarship``.
    Raises ``InvalidChoice``, and ``NoRule`` before December 2019.
    """
    require_count("contribution_months", contribution_months)
    require_count("memberships", memberships, 1)
    parts = [fact(key, died_on) for key in _PARTS]
    months = find_fact("jkm_bpu_newcomer_months", died_on)
    is_short = months is not None and contribution_months < months.amount
    is_newcomer = is_short and segment is Segment.BPU
    paid = [] if not is_active else [part for part in parts if part.key == _ONCE or not is_newcomer]
    return Calculation(
        kind="jkm",
        on=died_on,
        items=tuple(_item(part, memberships) for part in paid),
        conditions=(Condition("jkm_active", is_active), Condition("jkm_not_by_work")),
        other_rules=(*parts, *([months] if months and segment is Segment.BPU else [])),
        open_points=("jkm_pu_newcomer",) if is_short and segment is Segment.PU else (),
    )


def _item(part: Fact, memberships: int) -> Item:
    return computed(part.key, part.amount, (part,), count=1 if part.key == _ONCE else memberships)
