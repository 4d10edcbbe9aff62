"""Due-date nudges: which step is due on a day, and what a nudge says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from dialogs.messages import Choice, Reply
from dialogs.words import Words
from social_security.due_dates import cover_stops_on, due_on
from social_security.months import add_months, month_of
from social_security.programmes import Scheme, Segment

POLICY = Path(__file__).parent / "nudge_policy.yml"


class Step(BaseModel):
    """One nudge of a contribution month; `days` counts from the due date."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    days: int


class NudgePolicy(BaseModel):
    """When participants are nudged."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    time_zones: tuple[str, ...]
    from_hour: int
    until_hour: int
    segments: tuple[Segment, ...]
    steps: tuple[Step, ...]
    last_day: int

    @property
    def hours(self) -> tuple[time, time]:
        """From when until when nudges may be sent, by the participant's own clock."""
        return time(self.from_hour), time(self.until_hour)


@dataclass(frozen=True)
class DueStep:
    """A step of a segment's contribution month that holds from one day until another (exclusive)."""

    segment: Segment
    month: date
    step: str
    due_on: date
    from_day: date
    until_day: date


@dataclass(frozen=True)
class NudgeFacts:
    """What a nudge speaks of. The amount is in rupiah, if known."""

    scheme: Scheme
    segment: Segment
    month: date
    step: str
    due_on: date
    amount: int | None


@cache
def nudge_policy() -> NudgePolicy:
    """The policy of `nudge_policy.yml`."""
    return NudgePolicy.model_validate(yaml.safe_load(POLICY.read_text(encoding="utf-8")))


def due_steps(policy: NudgePolicy, today: date) -> list[DueStep]:
    """The steps that hold on a day, over all segments and contribution months."""
    months = [add_months(month_of(today), offset) for offset in (-1, 0, 1)]
    return [
        step
        for segment in policy.segments
        for month in months
        for step in _steps_of(policy, segment, month)
        if step.from_day <= today < step.until_day
    ]


def _steps_of(policy: NudgePolicy, segment: Segment, month: date) -> Iterator[DueStep]:
    due = due_on(segment, month).date
    begins = [due + timedelta(days=step.days) for step in policy.steps]
    ends = [*begins[1:], due + timedelta(days=policy.last_day)]
    for step, from_day, until_day in zip(policy.steps, begins, ends, strict=True):
        yield DueStep(segment, month, step.name, due, from_day, until_day)


def compose_nudge(facts: NudgeFacts, words: Words) -> Reply:
    """What the nudge says, with what the participant can do about it."""
    text = words.say(f"nudges/{facts.step}", facts=facts, cover_stops=cover_stops_on(facts.segment, facts.month))
    titles = words.say("nudges/choices").splitlines()
    ids = ("i:report_payment", "i:contribution_pay", "i:reminder_settings")
    return Reply(text, tuple(Choice(id_, title) for id_, title in zip(ids, titles, strict=True)))
