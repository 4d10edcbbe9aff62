"""What the people of `pandu demo` said and did, as data: `demo_people.yml`. All moments count back from now."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from dialogs.ports import ComplaintState
from social_security.bpu import bpu_contribution
from social_security.jkn import jkn_pbpu_contribution
from social_security.programmes import Segment
from storage.models import NudgeState

PEOPLE = Path(__file__).with_name("demo_people.yml")


class Scripted(BaseModel):
    """A part of the script; a key that is not known is a mistake in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(Scripted):
    """One thing that happens in a conversation: the participant says, presses or shares something, or an agent acts."""

    says: str = ""
    presses: str | None = None
    shares_phone: str | None = None
    #: Without it the participant acts.
    agent: Literal["takes_over", "says", "returns"] | None = None
    #: How the text is to be read, in place of Rasa; without it nothing is sure, as with the answers of a form.
    intent: str | None = None
    entities: dict[str, str] = Field(default_factory=dict)
    #: Since the line before.
    later: timedelta = timedelta(seconds=40)


class Visit(Scripted):
    """One visit: when it began, and its lines."""

    ago: timedelta
    lines: tuple[Line, ...]


class Step(Scripted):
    """A step in the history of the person's latest complaint, with the words they were told."""

    ago: timedelta
    state: ComplaintState
    words: str
    #: The number BPJS gave it.
    reference: str | None = None


class ScriptedNudge(Scripted):
    """A nudge of the ledger; `month` counts from this month."""

    month: int
    step: str
    state: NudgeState
    reason: str | None = None


class Dues(Scripted):
    """What the person pays a month, from the rules: of a BPU by income, of a PBPU by class and people."""

    segment: Segment
    income: int = 0
    transport: bool = False
    with_jht: bool = False
    care_class: int = 3
    people: int = 1

    def in_month(self, month: date) -> int:
        """The contribution of a month, in rupiah."""
        if self.segment is Segment.PBPU:
            return jkn_pbpu_contribution(self.care_class, self.people, month).total
        return bpu_contribution(self.income, month, with_jht=self.with_jht, transport=self.transport).total


class Person(Scripted):
    """One participant of the demonstration."""

    address: str
    name: str
    visits: tuple[Visit, ...]
    #: "{dues}" in a line stands for these.
    dues: Dues | None = None
    #: Contribution months an agent confirmed as paid, counted from this month.
    paid: tuple[int, ...] = ()
    nudges: tuple[ScriptedNudge, ...] = ()
    complaint: tuple[Step, ...] = ()
    #: The lead was called so long ago.
    called_ago: timedelta | None = None


class Agent(Scripted):
    """Who answered in the past; the account is closed, so nobody can sign in with it."""

    name: str
    email: str


class Script(Scripted):
    """The whole demonstration."""

    agent: Agent
    people: tuple[Person, ...]


def read_script() -> Script:
    """The script of `demo_people.yml`."""
    return Script.model_validate(yaml.safe_load(PEOPLE.read_text(encoding="utf-8")))
