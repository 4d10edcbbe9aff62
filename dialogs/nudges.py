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

OWN_DAY = "own_day"
#: A step that a participant asked for by "remind me again"; the day is part of its name, so it comes once.
AGAIN = "again"
POLICY = Path(__file__).parent / "nudge_policy.yml"


class Step(BaseModel):
    """One nudge of a contribution month; `days` counts from the due date, `wordings` take turns."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    days: int
    wordings: int = 1


class SegmentPolicy(BaseModel):
    """The nudges of one segment: from which hour on, at which steps, and when the last one ends."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hour: int
    last_day: int
    steps: tuple[Step, ...]

    def steps_of(self, own_days: int | None) -> tuple[Step, ...]:
        """The steps of those who chose a day of their own, or of the others."""
        if own_days is None:
            return self.steps
        return (Step(name=OWN_DAY, days=-own_days), *(step for step in self.steps if step.days >= 0))


class HeldOut(BaseModel):
    """The share of participants, in percent, that an experiment leaves without nudges."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    percent: int
    experiment: str


class NudgePolicy(BaseModel):
    """When participants are nudged."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    time_zones: tuple[str, ...]
    from_hour: int
    until_hour: int
    own_days: tuple[int, ...]
    held_out: HeldOut
    segments: dict[Segment, SegmentPolicy]

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
    #: By the participant's own clock.
    hour: time
    #: For those who chose to hear so many days before; None for the others.
    own_days: int | None = None


@dataclass(frozen=True)
class NudgeFacts:
    """What a nudge speaks of. The amount is in rupiah, if known."""

    scheme: Scheme
    segment: Segment
    month: date
    step: str
    due_on: date
    amount: int | None
    #: Which of the step's wordings.
    wording: int = 0


@cache
def nudge_policy() -> NudgePolicy:
    """The policy of `nudge_policy.yml`."""
    return NudgePolicy.model_validate(yaml.safe_load(POLICY.read_text(encoding="utf-8")))


def due_steps(policy: NudgePolicy, today: date) -> list[DueStep]:
    """The steps that hold on a day, over all segments, contribution months and chosen days."""
    months = [add_months(month_of(today), offset) for offset in (-1, 0, 1)]
    return [
        step
        for segment in policy.segments
        for month in months
        for own_days in (None, *policy.own_days)
        for step in steps_of_month(policy, segment, month, own_days)
        if step.from_day <= today < step.until_day
    ]


def steps_of_month(policy: NudgePolicy, segment: Segment, month: date, own_days: int | None) -> Iterator[DueStep]:
    """The steps of one contribution month, in their order."""
    due, of = due_on(segment, month).date, policy.segments[segment]
    steps = of.steps_of(own_days)
    begins = [due + timedelta(days=step.days) for step in steps]
    ends = [*begins[1:], due + timedelta(days=of.last_day)]
    for step, from_day, until_day in zip(steps, begins, ends, strict=True):
        yield DueStep(segment, month, step.name, due, from_day, until_day, time(of.hour), own_days)


def again_on(day: date) -> str:
    """The step's name of a nudge that was asked for again on a day."""
    return f"{AGAIN}_{day:%m%d}"


def wording_of(policy: NudgePolicy, segment: Segment, step: str, month: date, number: int) -> int:
    """Which wording of a step a conversation gets for a month: another one each month, and not all the same."""
    known = (one.wordings for one in policy.segments[segment].steps if one.name == step)
    return (month.year * 12 + month.month + number) % next(known, 1)


def compose_nudge(facts: NudgeFacts, words: Words) -> Reply:
    """What the nudge says, with what the participant can do about it."""
    step = AGAIN if facts.step.startswith(AGAIN) else facts.step
    template = f"nudges/{step}_{facts.wording + 1}" if facts.wording else f"nudges/{step}"
    text = words.say(template, facts=facts, cover_stops=cover_stops_on(facts.segment, facts.month))
    titles = words.say("nudges/choices").splitlines()
    ids = ("i:report_payment", "i:contribution_pay", "h:later", "h:reminders:off")
    return Reply(text, tuple(Choice(id_, title) for id_, title in zip(ids, titles, strict=True)))
