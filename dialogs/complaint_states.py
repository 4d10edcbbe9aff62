"""How a complaint moves: the table `complaint_states.yml`, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dialogs.offers import table
from dialogs.ports import ComplaintState


@dataclass(frozen=True)
class StateRules:
    """What holds in one state of a complaint."""

    next: tuple[ComplaintState, ...]
    #: What the desk must give to bring a complaint here: "words", "reference".
    needs: frozenset[str]
    settled: bool
    reopens: bool


def _rules(entry: Mapping[str, Any]) -> StateRules:
    return StateRules(
        next=tuple(ComplaintState(name) for name in entry["next"]),
        needs=frozenset(entry.get("needs", ())),
        settled=entry.get("settled", False),
        reopens=entry.get("reopens", False),
    )


RULES: Final[Mapping[ComplaintState, StateRules]] = {
    ComplaintState(name): _rules(entry) for name, entry in table("complaint_states").items()
}
#: States in which nothing is promised any more.
SETTLED: Final = tuple(state for state, rules in RULES.items() if rules.settled)


def may_move(before: ComplaintState, after: ComplaintState) -> bool:
    """Whether a complaint may go from one state to the other."""
    return after in RULES[before].next
