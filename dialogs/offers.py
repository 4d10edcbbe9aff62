"""Replies put together: the words of a template, and the buttons offered below it."""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten
from typing import Any, Final

import yaml

from dialogs.messages import Choice, Reply
from dialogs.routing import TITLE_LENGTH
from dialogs.turns import Turn
from social_security.facts import fact
from social_security.money import percent

_HERE: Final = Path(__file__).parent


def table(name: str) -> Any:
    """The YAML table of that name beside the dialogs."""
    return yaml.safe_load((_HERE / f"{name}.yml").read_text(encoding="utf-8"))


_CHOICES: Final = table("choices")
_BUTTONS: Final = table("buttons")


def choices(dialog: str, question: str) -> tuple[Choice, ...]:
    """The answers offered at a question."""
    return tuple(Choice(answer, title) for answer, title in _CHOICES[dialog][question].items())


def button(name: str) -> Choice:
    """A next step of `buttons.yml`."""
    return Choice(_BUTTONS[name]["id"], _BUTTONS[name]["title"])


def say(turn: Turn, template: str, **values: Any) -> str:
    """The words of a template, with the facts of the day at hand: `fact("jkn_call_centre")`."""

    def known(key: str) -> str:
        found = fact(key, turn.today)
        if not found.is_certain:
            raise ValueError(f"{template}: {key} is not certain enough to be said")
        return found.text

    return turn.words.say(template, fact=known, percent=percent, today=turn.today, **values)


def reply(turn: Turn, template: str, *buttons: str, **values: Any) -> Reply:
    """A reply of a template with buttons by name."""
    return Reply(say(turn, template, **values), tuple(button(name) for name in buttons))


def opening_choice(turn: Turn, prefix: str) -> str | None:
    """What follows `prefix` in the id of the button that was pressed."""
    choice = turn.inbound.choice
    return choice.removeprefix(prefix) if choice and choice.startswith(prefix) else None


def short(title: str) -> str:
    """A title that fits on a button, cut between two words."""
    return title if len(title) <= TITLE_LENGTH else shorten(title, TITLE_LENGTH, placeholder="…")
