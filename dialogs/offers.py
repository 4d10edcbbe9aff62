"""Replies put together: the words of a template, and the buttons offered below it."""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten
from typing import Any, Final

import yaml

from dialogs.forms import Answers
from dialogs.messages import Choice, Reply
from dialogs.routing import TITLE_LENGTH
from dialogs.turns import Turn
from social_security.facts import fact
from social_security.money import percent
from social_security.programmes import Segment

_HERE: Final = Path(__file__).parent


def table(name: str) -> Any:
    """The YAML table of that name beside the dialogs."""
    return yaml.safe_load((_HERE / f"{name}.yml").read_text(encoding="utf-8"))


_CHOICES: Final = table("choices")
_BUTTONS: Final = table("buttons")


def choices(dialog: str, question: str) -> tuple[Choice, ...]:
    """The answers offered at a question."""
    return tuple(Choice(answer, title) for answer, title in _CHOICES[dialog][question].items())


def button(name: str, of: str | None = None) -> Choice:
    """A next step of `buttons.yml`, with the segment it is `of` where that spares a question."""
    entry = _BUTTONS[name]
    with_segment = of is not None and "handler" in entry
    return Choice(f"h:{entry['handler']}:{of}" if with_segment else entry["id"], entry["title"])


def say(turn: Turn, template: str, **values: Any) -> str:
    """The words of a template, with the facts of the day at hand: `fact("jkn_call_centre")`."""

    def known(key: str) -> str:
        found = fact(key, turn.today)
        if not found.is_certain:
            raise ValueError(f"{template}: {key} is not certain enough to be said")
        return found.text

    return turn.words.say(template, fact=known, percent=percent, today=turn.today, **values)


def reply(turn: Turn, template: str, *buttons: str, of: str | None = None, **values: Any) -> Reply:
    """A reply of a template with buttons by name, of the segment that is known."""
    return Reply(say(turn, template, **values), tuple(button(name, of) for name in buttons))


def opening_choice(turn: Turn, prefix: str) -> str | None:
    """What follows `prefix` in the id of the button that was pressed."""
    choice = turn.inbound.choice
    return choice.removeprefix(prefix) if choice and choice.startswith(prefix) else None


def short(title: str) -> str:
    """A title that fits on a button, cut between two words."""
    return title if len(title) <= TITLE_LENGTH else shorten(title, TITLE_LENGTH, placeholder="…")


def of_named_scheme(choice: Choice, answers: Answers) -> bool:
    """Whether a segment, or what stands for none, belongs to the BPJS that is known already."""
    segment, scheme = Segment.__members__.get(choice.id.upper()), answers.get("scheme")
    return segment is None or scheme is None or segment.scheme.value == scheme


def segment_pressed(turn: Turn, handler: str) -> Segment | None:
    """The segment in the button `h:<handler>:<segment>`."""
    named = (opening_choice(turn, f"h:{handler}:") or "").partition(":")[0]
    return Segment.__members__.get(named.upper())
