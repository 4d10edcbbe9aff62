"""How long something takes, may take or must wait, counted from a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from social_security.errors import InvalidChoice
from social_security.fact import Fact, Unit
from social_security.facts import fact
from social_security.months import shift_months
from social_security.tables import confirmations_of
from social_security.working_days import add_working_days


class WaitKind(StrEnum):
    """What the day at the end of a wait means."""

    NOT_BEFORE = "not_before"  # possible from that day on
    NOT_AFTER = "not_after"  # possible until that day
    EXPECTED = "expected"  # the answer should have come by then


@dataclass(frozen=True, slots=True)
class Wait:
    """The end of a wait and the fact that sets it."""

    kind: WaitKind
    since: date
    day: date
    fact: Fact

    @property
    def confirmations(self) -> tuple[str, ...]:
        """What is still to be confirmed."""
        return confirmations_of([self.fact])


#: Facts that count from a day.
WAITS: Mapping[str, WaitKind] = MappingProxyType(
    {
        "jht_wait_after_leaving_months": WaitKind.NOT_BEFORE,
        "jht_bpu_wait_months": WaitKind.NOT_BEFORE,
        "jht_partial_years": WaitKind.NOT_BEFORE,
        "jkn_first_payment_from_day": WaitKind.NOT_BEFORE,
        "jkn_class_change_months": WaitKind.NOT_BEFORE,
        "jkn_fktp_change_months": WaitKind.NOT_BEFORE,
        "jkn_glasses_years": WaitKind.NOT_BEFORE,
        "scholarship_jkm_contribution_years": WaitKind.NOT_BEFORE,
        "jkp_years_between": WaitKind.NOT_BEFORE,
        "jkm_bpu_newcomer_months": WaitKind.NOT_BEFORE,
        "jkk_report_hours": WaitKind.NOT_AFTER,
        "jkk_time_bar_years": WaitKind.NOT_AFTER,
        "jkk_disease_after_work_years": WaitKind.NOT_AFTER,
        "jkp_claim_months": WaitKind.NOT_AFTER,
        "jkn_first_payment_until_day": WaitKind.NOT_AFTER,
        "jkn_newborn_days": WaitKind.NOT_AFTER,
        "jkn_newborn_data_months": WaitKind.NOT_AFTER,
        "jkn_layoff_free_months": WaitKind.NOT_AFTER,
        "jkn_referral_days": WaitKind.NOT_AFTER,
        "jkn_service_fine_days": WaitKind.NOT_AFTER,
        "pbi_reactivation_months": WaitKind.NOT_AFTER,
        "construction_registration_working_days": WaitKind.NOT_AFTER,
        "card_delivery_days": WaitKind.EXPECTED,
        "jht_claim_working_days": WaitKind.EXPECTED,
        "jht_jmo_working_days": WaitKind.EXPECTED,
        "jkm_claim_days": WaitKind.EXPECTED,
        "jp_payment_working_days": WaitKind.EXPECTED,
        "complaint_working_days": WaitKind.EXPECTED,
        "mediation_working_days": WaitKind.EXPECTED,
    }
)


def wait(key: str, since: date) -> Wait:
    """When a wait that begins on a day ends, by the rule of that day; the day itself is not counted.

    Raises ``InvalidChoice`` for a name that is not in ``WAITS``, and ``NoRule``.
    """
    kind = WAITS.get(key)
    if kind is None:
        raise InvalidChoice("wait", key, "a name of WAITS")
    length = fact(key, since)
    return Wait(kind, since, counted_from(length, since), length)


def counted_from(length: Fact, since: date) -> date:
    """The day that lies a fact's length after another. Raises ``InvalidChoice`` for what is no length of time."""
    match length.unit:
        case Unit.HOURS:
            return since + timedelta(days=-(-length.amount // 24))
        case Unit.DAYS:
            return since + timedelta(days=length.amount)
        case Unit.WORKING_DAYS:
            return add_working_days(since, length.amount)
        case Unit.MONTHS:
            return shift_months(since, length.amount)
        case Unit.YEARS:
            return shift_months(since, 12 * length.amount)
        case _:
            raise InvalidChoice("length", length.key, "a fact of hours, days, working days, months or years")


@dataclass(frozen=True, slots=True)
class PaymentWindow:
    """The first and the last day of a first payment; cover begins with it."""

    first: Wait
    last: Wait

    @property
    def confirmations(self) -> tuple[str, ...]:
        """What is still to be confirmed."""
        return (*self.first.confirmations, *self.last.confirmations, "jkn_registration_lapse")


def jkn_first_payment(registered_on: date) -> PaymentWindow:
    """When a new PBPU family may pay for the first time: not before day 14, not after day 30 after registration.

    Perpres 82/2018; Peraturan BPJS Kesehatan 6/2018. Newborns and some changes of segment have no such wait.
    Raises ``NoRule``.
    """
    return PaymentWindow(
        wait("jkn_first_payment_from_day", registered_on), wait("jkn_first_payment_until_day", registered_on)
    )
