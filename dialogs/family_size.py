"""How many people a message speaks of: "4 orang", "berdua istri", "saya, istri dan 2 anak"."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dialogs.typed import plain


def people_in(text: str, most: int) -> int | None:
    """The number of people named, the participant among them; None when none is, or more than `most`."""
    typed = plain(text)
    counted = _count(typed, "people")
    if counted is None:
        counted = next((_table()["together"][word] for word in typed.split() if word in _table()["together"]), None)
    if counted is None:
        counted = _family(typed)
    return counted if counted is not None and 1 <= counted <= most else None


def _family(typed: str) -> int | None:
    """The participant with spouse and children; nobody else is guessed at."""
    children, has_spouse = _count(typed, "children"), bool(re.search(_any_of("spouse"), typed))
    if children is None and re.search(_any_of("children"), typed):
        return None
    return 1 + has_spouse + (children or 0) if has_spouse or children else None


def _count(typed: str, what: str) -> int | None:
    number, named = rf"(?P<number>[1-9]\d?|{'|'.join(_table()['numerals'])})", _any_of(what)
    found = re.search(rf"\b{number} {named}", typed) or re.search(
        rf"{named} {number}\b(?! (?:tahun|thn|bulan|bln))", typed
    )
    if found is None:
        return None
    number_typed = found["number"]
    return int(number_typed) if number_typed.isdecimal() else int(_table()["numerals"][number_typed])


def _any_of(what: str) -> str:
    return rf"\b(?:{'|'.join(_table()[what])})(?:nya|ku)?\b"


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return table
