"""The parts of a message that can each be a request: sentences, and what stands around "sama", "terus", "sekalian".

A part that only gives a reason ("padahal …") is none.
"""

from __future__ import annotations

import re

_BOUNDARY = re.compile(
    r"[.?!;\n]+(?=\s|$)"
    r"|,?\s\b(?:terus|trus|trs|sama|sareng|sekalian|sklian|lalu|oiya|oh iya|satu lagi|dan juga|juga mau)\b",
    re.IGNORECASE,
)
#: A part that begins so gives a reason for the one before it.
_EXPLAINS = re.compile(
    r"\W*(?:padahal|pdhl|soalnya|soal ?ny|karena|krn|karna|sebab|tapi|tp|tpi|masa|mohon)\b", re.IGNORECASE
)
_FEWEST_WORDS = 3
_MOST_CLAUSES = 6


def clauses(text: str) -> list[tuple[int, int]]:
    """Where each part of at least three words begins and ends; nothing when the text has fewer than two of them."""
    starts = [0, *(boundary.end() for boundary in _BOUNDARY.finditer(text))]
    ends = [*(boundary.start() for boundary in _BOUNDARY.finditer(text)), len(text)]
    found = [
        (start, end)
        for start, end in zip(starts, ends, strict=True)
        if len(text[start:end].split()) >= _FEWEST_WORDS and not _EXPLAINS.match(text, start)
    ]
    return found[:_MOST_CLAUSES] if len(found) > 1 else []
