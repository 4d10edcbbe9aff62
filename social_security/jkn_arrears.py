"""Unpaid months of JKN: what brings cover back, and the fine for inpatient care soon after."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from social_security.calculation import Calculation, Condition, computed, month_range, months_by_rule, require_count
from social_security.contributions import require_rupiah
from social_security.errors import InvalidDates
from social_security.facts import fact
from social_security.jkn import pbpu_class_rules
from social_security.months import add_months, require_month
from social_security.tables import pick_rule


def jkn_reactivation(care_class: int, people: int, months_unpaid: int, month: date) -> Calculation:
    """What a family pays in ``month`` to be covered again: its newest unpaid months, 24 at most, and this month.

    Perpres 64/2020 art. 42(3). ``months_unpaid`` are those before ``month``; each counts at its own month's amount.
    The bill in Mobile JKN is the binding one. Raises ``InvalidMonth``, ``InvalidChoice``, and ``NoRule``.
    """
    require_month(month)
    require_count("people", people, 1)
    most = fact("jkn_arrears_most_months", month)
    counted = min(require_count("months_unpaid", months_unpaid), most.amount)
    rules = pbpu_class_rules(care_class)
    what = f"JKN class {care_class} contribution"
    unpaid = months_by_rule(rules, month_range(add_months(month, -counted), counted), what)
    now = pick_rule(rules, month, what)
    items = [
        *(computed("jkn_arrears", rule.for_participant * people, (rule, most), count=count) for rule, count in unpaid),
        computed("jkn_this_month", now.for_participant * people, (now,)),
    ]
    return Calculation("jkn_reactivation", month, tuple(items), other_rules=(most,))


def jkn_service_fine(
    package_cost: int, months_unpaid: int, *, reactivated_on: date, admitted_on: date, inpatient: bool = True
) -> Calculation:
    """The fine for inpatient care within 45 days of reactivation (Perpres 64/2020 art. 42(5)(6)).

    5 % of the estimated INA-CBG package cost for each unpaid month, 12 at most, and never above Rp30 million. No fine
    for outpatients or later; ``not_after`` is the last day on which one can arise. The hospital computes the real one.
    Raises ``InvalidAmount``, ``InvalidChoice``, ``InvalidDates`` for an admission before the reactivation, ``NoRule``.
    """
    require_rupiah("package_cost", package_cost)
    require_count("months_unpaid", months_unpaid)
    if admitted_on < reactivated_on:
        raise InvalidDates("reactivated_on", "admitted_on")
    keys = ("percent", "most_months", "max", "days")
    rate, most_months, highest, days = (fact(f"jkn_service_fine_{key}", admitted_on) for key in keys)
    last_day = reactivated_on + timedelta(days=days.amount)
    is_due = inpatient and admitted_on <= last_day and months_unpaid > 0
    item = computed(
        "jkn_service_fine",
        package_cost,
        (rate, most_months, highest),
        rate=Decimal(str(rate.value)) / 100,
        count=min(months_unpaid, most_months.amount),
        cap=highest.amount,
    )
    return Calculation(
        kind="jkn_service_fine",
        on=admitted_on,
        items=(item,) if is_due else (),
        conditions=(
            Condition("jkn_fine_inpatient", inpatient),
            Condition("jkn_fine_within_days", admitted_on <= last_day),
        ),
        other_rules=(days,),
        open_points=("jkn_fine_package", "jkn_fine_bearer"),
        not_after=last_day,
    )
