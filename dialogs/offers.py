"""Replies put together: the words of a template, and the buttons offered below it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

from dialogs.messages import Choice, Reply
from dialogs.turns import Turn
from knowledge_base.figures import Figures
from social_security.money import percent

_HERE: Final = Path(__file__).parent


def table(name: str) -> Any:  # noqa: ANN401
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


def say(turn: Turn, template: str, **values: Any) -> str:  # noqa: ANN401
    """The words of a template, with the figures of the day at hand."""
    figures = Figures(turn.today).for_templates()
    return turn.words.say(template, **figures, percent=percent, today=turn.today, **values)


def reply(turn: Turn, template: str, *buttons: str, **values: Any) -> Reply:  # noqa: ANN401
    """A reply of a template with buttons by name."""
    return Reply(say(turn, template, **values), tuple(button(name) for name in buttons))


def opening_choice(turn: Turn, prefix: str) -> str | None:
    """What follows `prefix` in the id of the button that was pressed."""
    choice = turn.inbound.choice
    return choice.removeprefix(prefix) if choice and choice.startswith(prefix) else None
