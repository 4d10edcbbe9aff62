"""Dated lists in words: documents of a case, payment channels, exclusions, complaint channels and the like."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from social_security.editions import Edition, current_edition, regulation
from social_security.errors import InvalidChoice, NoRule
from social_security.tables import Rule, Table

LISTING_FILES = ("lists_bpjstk.yml", "lists_jkn.yml")
Words = Annotated[str, Field(min_length=1)]


class Entry(Rule):
    """One entry of a list; ``text`` is what a participant reads."""

    listing: str
    key: str
    text: Words


class EntryGroup(Rule):
    """Entries of one article and one period, by list and name."""

    lists: dict[str, dict[str, Words]]


class ListingTables(Table):
    """All of one file of lists."""

    groups: tuple[EntryGroup, ...]


def listing(name: str, on: date) -> tuple[Entry, ...]:
    """The entries of a list that hold on a day, in the order of the file.

    Raises ``InvalidChoice`` for a list nobody knows, and ``NoRule`` when none of its entries holds.
    """
    entries = _entries(current_edition()).get(name)
    if entries is None:
        raise InvalidChoice("list", name, "a name of the lists")
    valid = tuple(entry for entry in entries if entry.is_valid(on))
    if not valid:
        raise NoRule(f"list {name}", on)
    return valid


def listing_names() -> tuple[str, ...]:
    """The names of all lists."""
    return tuple(_entries(current_edition()))


@lru_cache(maxsize=8)
def _entries(_edition: Edition) -> dict[str, list[Entry]]:
    lists: dict[str, list[Entry]] = {}
    for name in LISTING_FILES:
        for entry in _entries_in(regulation(name, ListingTables)):
            lists.setdefault(entry.listing, []).append(entry)
    return lists


def _entries_in(tables: ListingTables) -> Iterator[Entry]:
    for group in tables.groups:
        shared = group.model_dump(exclude={"lists"})
        for name, entries in group.lists.items():
            for key, text in entries.items():
                yield Entry(listing=name, key=key, text=text, **shared)
