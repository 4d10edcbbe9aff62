"""How large a firm is, and which programmes its workers must have."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from social_security.contributions import Contribution, require_rupiah
from social_security.editions import regulation
from social_security.errors import InvalidChoice
from social_security.programmes import Programme
from social_security.pu import pu_contribution
from social_security.tables import Rule, Rupiah, Series, Table, pick_rule


class FirmScale(StrEnum):
    """The size of a business."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM_OR_LARGE = "medium_or_large"


class ScaleBounds(Table):
    """The highest capital and the highest yearly sales of a scale, in rupiah; None for no bound."""

    scale: FirmScale
    capital_up_to: Rupiah | None
    sales_up_to: Rupiah | None


class FirmScales(Rule):
    """All scales, smallest first; the last has no bounds."""

    rows: Annotated[tuple[ScaleBounds, ...], Field(min_length=1)]


class FirmProgrammes(Rule):
    """The mandatory programmes of each scale."""

    rows: dict[FirmScale, tuple[Programme, ...]]


class FirmTables(Table):
    """All of ``firms.yml``."""

    scales: Series[FirmScales]
    programmes: Series[FirmProgrammes]


def firm_tables() -> FirmTables:
    """The tables of firms, read once."""
    return regulation("firms.yml", FirmTables)


def firm_scale(on: date, *, capital: int | None = None, yearly_sales: int | None = None) -> FirmScale:
    """The scale of a firm by its capital (a new firm) or by its yearly sales (PP 7/2021), one of both.

    Raises ``InvalidChoice`` for none or both, ``InvalidAmount``, and ``NoRule`` before the rule.
    """
    if (capital is None) == (yearly_sales is None):
        raise InvalidChoice("firm", None if capital is None else "both", "its capital or its yearly sales, one of both")
    scales = pick_rule(firm_tables().scales, on, "firm scales")
    size = (
        require_rupiah("capital", capital) if capital is not None else require_rupiah("yearly_sales", yearly_sales or 0)
    )
    bounds = ((row.scale, row.capital_up_to if capital is not None else row.sales_up_to) for row in scales.rows)
    return next(scale for scale, highest in bounds if highest is None or size <= highest)


def firm_programmes(scale: FirmScale, on: date) -> tuple[Programme, ...]:
    """The programmes a firm of this scale must have (Perpres 109/2013 Ps.6(3)). Raises ``NoRule``."""
    return pick_rule(firm_tables().programmes, on, "programmes by firm scale").rows[scale]


def firm_contribution(
    wage: int, month: date, *, risk_group: int, scale: FirmScale, labour_intensive: bool = False
) -> Contribution:
    """What a firm of this scale must pay for a worker with this monthly wage. Raises as ``pu_contribution``."""
    programmes = firm_programmes(scale, month)
    return pu_contribution(
        wage,
        month,
        risk_group=risk_group,
        with_jht=Programme.JHT in programmes,
        with_jp=Programme.JP in programmes,
        labour_intensive=labour_intensive,
    )
