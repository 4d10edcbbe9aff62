"""When a person answers: the desk's hours, on working days."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from social_security.working_days import is_working_day, next_working_day

_TABLE = yaml.safe_load((Path(__file__).parent / "service_hours.yml").read_text(encoding="utf-8"))
_ZONE = ZoneInfo(_TABLE["time_zone"])
OPENS, CLOSES = time.fromisoformat(_TABLE["opens"]), time.fromisoformat(_TABLE["closes"])


def is_open(now: datetime) -> bool:
    """Whether somebody sits at the desk at that moment (`now` is aware)."""
    local = now.astimezone(_ZONE)
    return is_working_day(local.date()) and OPENS <= local.time() < CLOSES


def answers_from(now: datetime) -> datetime:
    """The first moment from `now` on at which somebody answers: `now` itself inside the hours."""
    local = now.astimezone(_ZONE)
    if is_open(now):
        return local
    still_today = is_working_day(local.date()) and local.time() < OPENS
    day = local.date() if still_today else next_working_day(local.date() + timedelta(days=1))
    return datetime.combine(day, OPENS, tzinfo=_ZONE)
