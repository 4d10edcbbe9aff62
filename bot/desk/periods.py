"""How far back a page of numbers looks."""

from __future__ import annotations

from typing import Final

from fastapi import Request

#: Days one can look back.
PERIODS: Final = (7, 30, 90, 365)
USUAL_PERIOD: Final = 30


def period_of(request: Request) -> int:
    """The days in `hari`, where that is one of the periods."""
    typed = request.query_params.get("hari", "")
    return next((days for days in PERIODS if str(days) == typed), USUAL_PERIOD)
