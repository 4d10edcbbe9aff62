"""The scholarship for the children of a participant who died or became totally disabled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum

from social_security.calculation import Calculation, Condition, Item, computed, require_count
from social_security.errors import InvalidChoice
from social_security.facts import fact


class SchoolLevel(StrEnum):
    """A level of school; university includes training."""

    TK = "tk"
    SD = "sd"
    SMP = "smp"
    SMA = "sma"
    UNIVERSITY = "university"


def scholarship(
    children: Sequence[Mapping[SchoolLevel, int]], on: date, *, by_work: bool, contribution_months: int = 0
) -> Calculation:
    """What the school years still ahead are worth (PP 82/2019); each child's years by level.

    A death that was no work accident needs three years of contributions. A child must be under 23, unmarried and not
    working. Raises ``InvalidChoice`` for more years than a level has or more children than the law covers, ``NoRule``.
    """
    most_children, highest = fact("scholarship_children", on), fact("scholarship_max", on)
    if not 1 <= len(children) <= most_children.amount:
        raise InvalidChoice("children", len(children), f"1 to {most_children.amount}")
    require_count("contribution_months", contribution_months)
    needed = fact("scholarship_jkm_contribution_years", on)
    is_due = by_work or contribution_months >= needed.amount * 12
    items = tuple(item for child in children for item in _years(child, on))
    assert sum(item.amount for item in items) <= highest.amount
    conditions = (
        Condition("scholarship_contributions", is_due),
        Condition("scholarship_child_age"),
        Condition("scholarship_child_free"),
    )
    rules = (most_children, highest, fact("scholarship_child_age_below", on), *(() if by_work else (needed,)))
    return Calculation("scholarship", on, items if is_due else (), conditions, rules)


def _years(child: Mapping[SchoolLevel, int], on: date) -> Iterator[Item]:
    for level in SchoolLevel:
        years = child.get(level, 0)
        most, amount = fact(f"scholarship_{level}_years", on), fact(f"scholarship_{level}_per_year", on)
        require_count(f"years of {level}", years, 0, most.amount)
        if years:
            yield computed(f"scholarship_{level}", amount.amount, (amount, most), count=years)
