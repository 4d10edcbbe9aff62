"""The cash of JKP by the day of the dismissal, as a table."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from social_security.editions import regulation
from social_security.tables import Percent, Rule, Series, Table


class CashPhase(Table):
    """So many months at one percentage of the counted wage."""

    count: Annotated[int, Field(ge=1)]
    percent: Percent


class JkpCash(Rule):
    """The months of cash, in order."""

    months: Annotated[tuple[CashPhase, ...], Field(min_length=1)]


class JkpTables(Table):
    """All of ``jkp.yml``."""

    cash: Series[JkpCash]


def jkp_tables() -> JkpTables:
    """The JKP table, read once."""
    return regulation("jkp.yml", JkpTables)
