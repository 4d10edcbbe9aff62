"""Readers of answers: each takes what a participant typed, the way people type on phones, into a JSON value.

Each is made by a small function and raises `Unreadable("engine/expected_…")`, whose words say what is expected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from dialogs.forms import Reader
from dialogs.messages import Choice

#: The two choices of a yes-or-no question; the answers are "yes" and "no".
YES_NO = (Choice("yes", "Ya"), Choice("no", "Tidak"))


def choice_of(
    choices: Iterable[Choice], synonyms: Mapping[str, Iterable[str]] | None = None, entity: str | None = None
) -> Reader:
    """One of the choices, by its title, by a word of `synonyms[choice.id]`, or by Rasa's entity of that name."""
    raise NotImplementedError


def yes_no() -> Reader:
    """ "yes" or "no"."""
    raise NotImplementedError


def amount(minimum: int = 1_000, maximum: int = 1_000_000_000) -> Reader:
    """An amount in whole rupiah (int): "1,5 juta", "50rb", "Rp 2.500.000", "2jt-an", "dua juta"."""
    raise NotImplementedError


def month() -> Reader:
    """A contribution month, as the ISO date of its first day: "November", "bulan lalu", "10/2026"."""
    raise NotImplementedError


def day(earliest: date | None = None, latest: date | None = None) -> Reader:
    """A day as an ISO date: "kemarin", "3 Oktober", "05-11-2026"."""
    raise NotImplementedError


def text(minimum: int = 1, maximum: int = 1_000) -> Reader:
    """Any text of that many characters."""
    raise NotImplementedError


def name() -> Reader:
    """A person's name: letters, at most 80 characters."""
    raise NotImplementedError


def phone() -> Reader:
    """A phone number in E.164 form, typed or shared as one's own contact; Indonesian unless it has a country code."""
    raise NotImplementedError


def digits(minimum: int, maximum: int) -> Reader:
    """A whole number (int) in that range."""
    raise NotImplementedError


def files() -> Reader:
    """Ids (list of int) of the files sent; at least one."""
    raise NotImplementedError
