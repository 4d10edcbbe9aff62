"""What a message already tells: entities of Rasa first, then the words of `hints.yml`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import yaml

from dialogs.forms import Reader, Unreadable
from dialogs.messages import Inbound, Understanding
from dialogs.steering import asks
from dialogs.turns import Turn
from social_security.programmes import Programme, Scheme, Segment

_WORDS: Final = yaml.safe_load((Path(__file__).parent / "hints.yml").read_text(encoding="utf-8"))

_INSTITUTIONS: Final = {"bpjs_ketenagakerjaan": Scheme.BPJSTK, "bpjs_kesehatan": Scheme.JKN}


def mentions(text: str, topic: str) -> bool:
    """Whether a text contains one of the words of that topic of `hints.yml`."""
    return contains(text, _WORDS[topic])


def segment_named(understanding: Understanding | None) -> Segment | None:
    """The segment a participant named."""
    value = understanding.entity("segment") if understanding else None
    return Segment.__members__.get((value or "").upper())


def programme_named(understanding: Understanding | None) -> Programme | None:
    """The programme a participant named."""
    value = understanding.entity("programme") if understanding else None
    return Programme.__members__.get((value or "").upper())


def scheme_named(text: str, understanding: Understanding | None) -> Scheme | None:
    """Which of the two BPJS a message speaks of; nothing when it names none or both."""
    segment, programme = segment_named(understanding), programme_named(understanding)
    if segment is not None:
        return segment.scheme
    if programme is not None:
        return Scheme.JKN if programme is Programme.JKN else Scheme.BPJSTK
    institution = understanding.entity("institution") if understanding else None
    if institution in _INSTITUTIONS:
        return _INSTITUTIONS[institution]
    named = [scheme for scheme in Scheme if contains(text, _WORDS["schemes"][scheme.value])]
    return named[0] if len(named) == 1 else None


def scheme_of(turn: Turn) -> Scheme | None:
    """Which of the two BPJS the message of this turn speaks of."""
    return scheme_named(turn.inbound.text, turn.understanding)


def drives(turn: Turn) -> bool:
    """Whether the message says that the participant is a driver or courier."""
    occupation = turn.understanding.entity("occupation") if turn.understanding else None
    return mentions(f"{turn.inbound.text} {occupation or ''}", "transport")


def trade_told(turn: Turn) -> str | None:
    """The trade a message tells in two words, such as "tukang cilok"."""
    found = re.search(_WORDS["trade"], turn.inbound.text.casefold())
    return found[0] if found else None


def care_class_named(turn: Turn) -> str | None:
    """The class of care (1, 2 or 3) a participant named."""
    value = turn.understanding.entity("class") if turn.understanding else None
    return value if value in {"1", "2", "3"} else None


def life_event(turn: Turn) -> str | None:
    """The life event Rasa heard, in the words of the contract (lahir, meninggal, kecelakaan, phk …)."""
    return turn.understanding.entity("life_event") if turn.understanding else None


def refused_now(text: str) -> bool:
    """Whether somebody is refused at a hospital at this moment, and does not tell of the past or ask what if."""
    if not mentions(text, "hospital") or is_over(text) or mentions(text, "only_if") or mentions(text, "died"):
        return False
    at_once = mentions(text, "acute") or mentions(text, "at_hospital")
    said_now = mentions(text, "now") and not mentions(text, "claimed") and (mentions(text, "kin") or not asks(text))
    refused = mentions(text, "refused_there")
    return (refused and (at_once or said_now)) or (at_once and mentions(text, "inactive_there"))


def is_over(text: str) -> bool:
    """Whether a message tells of what happened some time ago and does not go on."""
    return mentions(text, "long_ago") and not mentions(text, "since")


def may_be_now(text: str) -> bool:
    """Whether what a message tells may be happening at this moment."""
    return mentions(text, "urgent") or mentions(text, "acute")


def hospital_scheme(text: str) -> Scheme | None:
    """Care at a hospital is JKN's, unless an accident may make it the other's."""
    return Scheme.JKN if mentions(text, "hospital") and not mentions(text, "work_accident") else None


def entity_read(turn: Turn, entity: str, read: Reader) -> object | None:
    """An entity of the message as the reader of a question reads it; nothing when absent or unreadable."""
    value = turn.understanding.entity(entity) if turn.understanding else None
    if value is None:
        return None
    try:
        answer: object = read(Inbound(text=value), None, turn.today)
    except Unreadable:
        return None
    return answer


def tells_story(text: str, words: int = 6) -> bool:
    """Whether a message says what happened, rather than only that something should be done."""
    return len(text.split()) >= words


def contains(text: str, words: Iterable[str]) -> bool:
    """Whether one of these words or phrases stands in a text."""
    folded = text.casefold()
    return any(re.search(rf"\b{re.escape(word)}\b", folded) for word in words)
