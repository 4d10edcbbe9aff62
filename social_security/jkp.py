"""What a dismissed worker can expect of JKP, the insurance against losing work."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from social_security.calculation import Calculation, Condition, Item, require_count
from social_security.contributions import require_rupiah
from social_security.fact import Fact
from social_security.facts import fact, find_fact
from social_security.jkp_tables import JkpCash, jkp_tables
from social_security.money import share
from social_security.months import shift_months
from social_security.tables import pick_rule


class EndOfWork(StrEnum):
    """Why somebody's work ended."""

    DISMISSAL = "dismissal"  # PHK
    RESIGNATION = "resignation"
    RETIREMENT = "retirement"
    TOTAL_DISABILITY = "total_disability"
    DEATH = "death"
    CONTRACT_END = "contract_end"  # end of a PKWT by time


def jkp_estimate(
    wage: int, ended_on: date, *, reason: EndOfWork, contribution_months: int | None = None
) -> Calculation:
    """The cash of JKP for the last reported monthly wage, by the rules of the day the work ended.

    PP 37/2021, since 7 February 2025 as changed by PP 6/2025. ``contribution_months`` are those paid within the
    24 months before; None when unknown. Only a dismissal counts. ``not_after`` is the last day to claim; the right
    is lost earlier with a new job. Each month is rounded on its own.
    Raises ``InvalidAmount``, ``InvalidChoice``, and ``NoRule`` before JKP.
    """
    require_rupiah("wage", wage)
    if contribution_months is not None:
        require_count("contribution_months", contribution_months)
    needed, window = fact("jkp_contribution_months", ended_on), fact("jkp_contribution_window_months", ended_on)
    claim_within, highest = fact("jkp_claim_months", ended_on), fact("jkp_wage_max", ended_on)
    conditions = (
        Condition("jkp_dismissed", reason is EndOfWork.DISMISSAL),
        Condition("jkp_contributions", None if contribution_months is None else contribution_months >= needed.amount),
        *(Condition(label) for label in _FOR_THE_WORKER_TO_KNOW),
    )
    cash = pick_rule(jkp_tables().cash, ended_on, "JKP cash")
    is_refused = any(condition.is_met is False for condition in conditions)
    also = (find_fact(key, ended_on) for key in ("jkp_registration_age_below", "jkp_contributions_in_a_row"))
    return Calculation(
        kind="jkp",
        on=ended_on,
        items=() if is_refused else _months(min(wage, highest.amount), cash, highest),
        conditions=conditions,
        other_rules=(cash, needed, window, claim_within, *(rule for rule in also if rule)),
        open_points=("jkp_programmes",),
        not_before=None if is_refused else ended_on,
        not_after=None if is_refused else shift_months(ended_on, claim_within.amount),
    )


_FOR_THE_WORKER_TO_KNOW = (
    "jkp_citizen",
    "jkp_registration_age",
    "jkp_programmes",
    "jkp_no_new_job",
    "jkp_times_in_life",
)


def _months(counted: int, cash: JkpCash, highest: Fact) -> tuple[Item, ...]:
    return tuple(
        Item(
            label="jkp_cash",
            amount=share(counted, phase.percent / Decimal(100)) * phase.count,
            rules=(cash, highest),
            base=counted,
            rate=phase.percent / Decimal(100),
            count=phase.count,
        )
        for phase in cash.months
    )
