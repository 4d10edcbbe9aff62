"""Numbers that people read out on the phone: short, unmistakable, and not to be guessed from another one."""

from __future__ import annotations

import secrets
from enum import StrEnum

#: Without 0/O, 1/I/L, 5/S, 8/B.
ALPHABET = "23467ACDEFGHJKMNPQRTUVWXYZ"
LENGTH = 6


class NumberKind(StrEnum):
    """What a number stands for; its prefix."""

    COMPLAINT = "PD"
    LEAD = "KT"
    REGISTRATION = "PF"


def new_number(kind: NumberKind) -> str:
    """A new number such as PD-7K3QXM; one in 300 million, so the table's unique key decides."""
    return f"{kind}-{''.join(secrets.choice(ALPHABET) for _ in range(LENGTH))}"


def read_number(text: str) -> str:
    """The number as we keep it, from how people type it: "pd 7k3qxm" is PD-7K3QXM."""
    letters = "".join(letter for letter in text.upper() if letter.isalnum())
    return f"{letters[:2]}-{letters[2:]}"
