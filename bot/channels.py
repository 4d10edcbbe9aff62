"""The contract of every channel that is sent to, and how its refusals are sorted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dialogs.messages import Reply


class TryLater(Exception):
    """The channel is busy or out of reach; after so many seconds it may be tried again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"try again in {seconds} s")
        self.seconds = seconds


class Uncertain(TryLater):
    """The channel did not answer in time: the message may have gone out or not."""


class Blocked(Exception):
    """The participant does not let us write to them (any more)."""


class Undeliverable(Exception):
    """This message will never be accepted; the text says why."""


@dataclass(frozen=True)
class Attachment:
    """A file that goes out with a message."""

    name: str
    media_type: str
    content: bytes


class Channel(Protocol):
    """Where messages go out."""

    @property
    def name(self) -> str:
        """Name of the channel, as stored with contacts and messages."""

    async def send(self, address: str, reply: Reply, attachments: Sequence[Attachment] = ()) -> str:
        """Send a message, with its files below it; returns the channel's id of it. Raises one of the errors above."""


def numbered_titles(reply: Reply) -> list[tuple[str, str]]:
    """Id and button text of each choice; the digit shows that it can be typed as well."""
    return [(choice.id, f"{digit} · {choice.title}") for digit, choice in enumerate(reply.choices, start=1)]
