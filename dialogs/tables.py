"""The engine's two tables: `steering.yml` (what participants type) and `thresholds.yml` (how sure is sure)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dialogs.typed import plain

FOLDER = Path(__file__).parent


class Command(StrEnum):
    """What a participant can tell the engine itself; also the choice `c:<command>`."""

    CANCEL = "cancel"
    BACK = "back"
    MENU = "menu"
    HELP = "help"
    REPEAT = "repeat"
    SKIP = "skip"
    CHANGE = "change"
    CONTINUE = "continue"
    RESTART = "restart"
    PARK = "park"
    CONFIRM = "confirm"
    PERSON = "person"
    NEITHER = "neither"
    OTHER = "other"


@dataclass(frozen=True)
class TakenUp:
    """What takes up an offer: words, normalised and without particles, or short messages of these intents."""

    words: frozenset[str] = frozenset()
    intents: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TellsMore:
    """The handler that invites to tell more; what is told then of these intents is, unless a `new` matter begins."""

    handler: str
    intents: frozenset[str]
    new: re.Pattern[str]


@dataclass(frozen=True)
class Steering:
    """The words with which participants steer, normalised."""

    commands: Mapping[str, Command]
    commands_in_form: Mapping[str, Command]
    #: Handlers by exact words, and the one that complaint numbers lead to.
    handlers: Mapping[str, str]
    numbered_handler: str
    numbered: re.Pattern[str]
    #: What may stand beside such a number that is only asked about.
    numbered_beside: frozenset[str]
    #: Handlers by what a wish speaks of.
    spoken: Mapping[str, re.Pattern[str]]
    particles: frozenset[str]
    change_verbs: frozenset[str]
    wrong: frozenset[str]
    instead: frozenset[str]
    short_for: Mapping[str, str]
    nothing: frozenset[str]
    intents: Mapping[str, Command]
    urgent_intents: frozenset[str]
    sets_aside: frozenset[str]
    refused_now: str
    small_talk: frozenset[str]
    shows_own_choices: frozenset[str]
    never_beside_form: frozenset[str]
    only_asked_beside_form: frozenset[str]
    told_beside_choice: frozenset[str]
    never_offered: frozenset[str]
    question_words: tuple[str, ...]
    question_phrases: tuple[str, ...]
    question_endings: tuple[str, ...]
    inquiries: tuple[str, ...]
    inquiries_of_sums: tuple[str, ...]
    inquiry_endings: tuple[str, ...]
    not_asking: tuple[str, ...]
    not_knowing: frozenset[str]
    #: "Bukan itu", what introduces the right meaning after it, and what may stand before it.
    denials: tuple[str, ...]
    meant: tuple[str, ...]
    denial_openers: tuple[str, ...]
    numbers: Mapping[str, int]
    number_prefixes: frozenset[str]
    #: By the kind of a button, what takes it up without its digit.
    taken_up: Mapping[str, TakenUp]
    tells_more: TellsMore
    yes: frozenset[str]
    no: frozenset[str]
    courtesies: frozenset[str]
    yes_no: Mapping[str, str]
    fillers: frozenset[str]
    sad_signs: frozenset[str]
    menu: tuple[str, ...]
    file_purposes: Mapping[str, str]
    titles: Mapping[Command, str]


@dataclass(frozen=True)
class Thresholds:
    """How sure Rasa must be (0 to 1), and how long is long."""

    answer: float
    gap: float
    offer: float
    second: float
    interrupt: float
    steer: float
    urgent: float
    urgent_in_form: float
    steering_words: int
    beside: int
    beside_unanswered: int
    misses: int
    remind_after: timedelta
    drop_after: timedelta


@cache
def steering() -> Steering:
    """The table `steering.yml`."""
    table = _load("steering.yml")
    return Steering(
        commands=_commands(table["words"]),
        commands_in_form=_commands(table["words"]) | _commands(table["words_in_form"]),
        handlers={plain(word): name for name, listed in table["handlers"].items() for word in listed},
        numbered_handler=table["numbered"]["handler"],
        numbered=re.compile(table["numbered"]["pattern"], re.IGNORECASE),
        numbered_beside=_words(table["numbered"]["beside"]),
        spoken={name: re.compile(pattern, re.IGNORECASE) for name, pattern in table["spoken"].items()},
        particles=frozenset(table["particles"]),
        change_verbs=frozenset(table["change_verbs"]),
        wrong=frozenset(table["wrong"]),
        instead=frozenset(table["instead"]),
        short_for=table["short_for"],
        nothing=_words(table["nothing"]),
        intents={intent: Command(name) for intent, name in table["intents"].items()},
        urgent_intents=frozenset(table["urgent_intents"]),
        sets_aside=frozenset(table["sets_aside"]),
        refused_now=table["refused_now"],
        shows_own_choices=frozenset(table["shows_own_choices"]),
        small_talk=frozenset(table["small_talk"]),
        never_beside_form=frozenset(table["never_beside_form"]),
        only_asked_beside_form=frozenset(table["only_asked_beside_form"]),
        told_beside_choice=frozenset(table["told_beside_choice"]),
        never_offered=frozenset(table["never_offered"]),
        question_words=tuple(table["question_words"]),
        question_phrases=tuple(table["question_phrases"]),
        question_endings=tuple(table["question_endings"]),
        inquiries=tuple(table["inquiries"]),
        inquiries_of_sums=tuple(table["inquiries_of_sums"]),
        inquiry_endings=tuple(table["inquiry_endings"]),
        not_asking=tuple(table["not_asking"]),
        not_knowing=frozenset(table["not_knowing"]),
        denials=tuple(table["denials"]),
        meant=tuple(table["meant"]),
        denial_openers=tuple(table["denial_openers"]),
        numbers=table["numbers"],
        number_prefixes=frozenset(table["number_prefixes"]),
        taken_up={kind: _taken_up(offer) for kind, offer in table["taken_up"].items()},
        tells_more=_tells_more(table["tells_more"]),
        yes=_words(table["agree"]),
        no=_words(table["refuse"]),
        courtesies=frozenset(table["courtesies"]),
        yes_no=table["yes_no"],
        fillers=frozenset(table["fillers"]),
        sad_signs=frozenset(table["sad_signs"]),
        menu=tuple(table["menu"]),
        file_purposes=table["file_purposes"],
        titles={Command(name): title for name, title in table["titles"].items()},
    )


@cache
def thresholds() -> Thresholds:
    """The table `thresholds.yml`."""
    table = _load("thresholds.yml")
    remind_after = timedelta(hours=table.pop("remind_after_hours"))
    drop_after = timedelta(days=table.pop("drop_after_days"))
    return Thresholds(**table, remind_after=remind_after, drop_after=drop_after)


def _commands(words: Mapping[str, list[str]]) -> dict[str, Command]:
    return {plain(word): Command(name) for name, listed in words.items() for word in listed}


def _taken_up(offer: Mapping[str, list[str]]) -> TakenUp:
    return TakenUp(_words(offer.get("words", [])), frozenset(offer.get("intents", [])))


def _tells_more(table: Mapping[str, Any]) -> TellsMore:
    return TellsMore(table["handler"], frozenset(table["intents"]), re.compile(table["new"], re.IGNORECASE))


def _words(words: list[str]) -> frozenset[str]:
    return frozenset(plain(word) or word for word in words)


def _load(name: str) -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return table
