"""The difference between two texts, line by line, short enough for a phone."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line of a difference: `same`, `gone`, `new` or `gap` (lines left out)."""

    kind: str
    text: str


def difference(before: str, after: str, around: int = 2) -> list[Line]:
    """What changed, with some lines around it; empty when nothing did."""
    return list(_lines(before.splitlines(), after.splitlines(), around))


def _lines(before: list[str], after: list[str], around: int) -> Iterator[Line]:
    kinds = {" ": "same", "-": "gone", "+": "new", "@": "gap"}
    for line in difflib.unified_diff(before, after, n=around, lineterm=""):
        if line.startswith(("---", "+++")) and line[3:].strip() == "":
            continue
        yield Line(kinds[line[0]], "" if line[0] == "@" else line[1:])
