"""What is still to be confirmed about a figure, and where people can ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from social_security.editions import regulation
from social_security.errors import InvalidChoice
from social_security.facts import fact
from social_security.programmes import Scheme
from social_security.tables import Table


class WrittenConfirmation(Table):
    """One open point; ``sentence`` is what a participant reads, ``point`` its place in the fact base."""

    scheme: Scheme
    point: Annotated[str, Field(min_length=1)]
    sentence: Annotated[str, Field(min_length=1)]


class ConfirmationTable(Table):
    """All of ``confirmations.yml``."""

    confirmations: dict[str, WrittenConfirmation]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One open point and the call centre that can settle it (175 or 165)."""

    key: str
    scheme: Scheme
    sentence: str
    point: str
    phone: str


_CALL_CENTRES = {Scheme.BPJSTK: "bpjstk_call_centre", Scheme.JKN: "jkn_call_centre"}


def confirmation_table() -> ConfirmationTable:
    """The table of open points, read once."""
    return regulation("confirmations.yml", ConfirmationTable)


def confirmation(key: str, on: date) -> Confirmation:
    """What ``Rule.confirm`` or ``confirmations`` of a result name. Raises ``InvalidChoice`` for a name nobody knows."""
    written = confirmation_table().confirmations.get(key)
    if written is None:
        raise InvalidChoice("confirmation", key, "a name of confirmations.yml")
    phone = fact(_CALL_CENTRES[written.scheme], on).text
    return Confirmation(key, written.scheme, written.sentence, written.point, phone)
