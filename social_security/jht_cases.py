"""The cases in which JHT can be claimed, as a table."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field
from typing_extensions import override

from social_security.editions import regulation
from social_security.tables import Percent, Rule, Series, Table


class JhtCase(StrEnum):
    """Why JHT is claimed."""

    PENSION_AGE = "pension_age"
    RESIGNATION = "resignation"
    DISMISSAL = "dismissal"
    CONTRACT_END = "contract_end"
    BPU_STOPPED = "bpu_stopped"
    LEAVING_INDONESIA = "leaving_indonesia"
    TOTAL_DISABILITY = "total_disability"
    DEATH = "death"
    PARTIAL = "partial"
    PARTIAL_HOME = "partial_home"


class JhtCaseRule(Rule):
    """How much of the savings a case opens, and after how long; ``wait_months`` None where it is not known."""

    case: JhtCase
    percent: Percent
    wait_months: Annotated[int, Field(ge=0)] | None
    member_years: Annotated[int, Field(ge=0)]

    @property
    @override
    def series(self) -> object:
        return self.case


class JhtTables(Table):
    """All of ``jht_cases.yml``."""

    cases: Series[JhtCaseRule]


def jht_tables() -> JhtTables:
    """The table of cases, read once."""
    return regulation("jht_cases.yml", JhtTables)
