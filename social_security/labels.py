"""What the lines and conditions of a result are called, in the participants' language."""

from __future__ import annotations

from social_security.editions import regulation
from social_security.errors import InvalidChoice
from social_security.tables import Table


class LabelTable(Table):
    """All of ``labels.yml``."""

    lines: dict[str, str]
    conditions: dict[str, str]


def line_name(label: str) -> str:
    """What a line is called. Raises ``InvalidChoice`` for a label nobody knows."""
    return _named("line", label, regulation("labels.yml", LabelTable).lines)


def condition_name(label: str) -> str:
    """What a condition is called. Raises ``InvalidChoice`` for a label nobody knows."""
    return _named("condition", label, regulation("labels.yml", LabelTable).conditions)


def _named(kind: str, label: str, names: dict[str, str]) -> str:
    if label not in names:
        raise InvalidChoice(kind, label, "a name of labels.yml")
    return names[label]
