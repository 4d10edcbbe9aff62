"""What people type, made comparable: without case, marks, emoji and doubled spaces."""

from __future__ import annotations

import unicodedata
from functools import cache


def plain(text: str) -> str:
    """Letters and digits of the text in lower case, words parted by one space; empty for emoji alone."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = (_kept(character) for character in folded)
    return " ".join("".join(kept).split())


@cache
def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "LN":
        return character
    return "" if category in {"Mn", "Me", "Cf"} else " "


def whole_number(text: str) -> int | None:
    """The number, when the text is nothing but digits (of any script) and marks around them."""
    bare = plain(text)
    return int(bare) if bare.isdecimal() and len(bare) <= 15 else None


def is_blank(text: str) -> bool:
    """Whether there is nothing to read at all."""
    return not text.strip()
