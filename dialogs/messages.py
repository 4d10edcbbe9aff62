"""What comes in and what goes out of a dialog, free of any channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class FileReference:
    """A file the participant sent, already kept safe in storage."""

    id: int
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Inbound:
    """One message of a participant, cleaned and with identity numbers masked."""

    text: str = ""
    #: Id of the button that was pressed.
    choice: str | None = None
    #: Number in E.164 form, when the participant shared their own contact card.
    phone: str | None = None
    files: tuple[FileReference, ...] = ()
    #: Why a file was not accepted: "too_large", "wrong_type", "empty".
    refused_file: str | None = None
    #: Kind of a message nobody can read here: "sticker", "voice", "video", "location", "foreign_contact".
    unsupported: str | None = None
    #: The participant changed an earlier message.
    edited: bool = False
    #: Payload of a deep link with which the conversation was opened.
    start: str | None = None


@dataclass(frozen=True)
class Choice:
    """A button; also reachable by its digit. The id is at most 64 ASCII bytes, the title at most 24 characters."""

    id: str
    title: str


@dataclass(frozen=True)
class Reply:
    """What the assistant says in one turn: plain text without markup, and up to ten choices."""

    text: str
    choices: tuple[Choice, ...] = ()
    #: The channel may offer its button with which people share their own phone number.
    asks_contact: bool = False
    #: Slug of the article this answers with; kept beside the stored reply, so that what is repeated counts once.
    article: str | None = None
    #: Slug of the article the talk may go on about, where this is not one.
    about: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The form in which a reply is stored and sent to the browser."""
        return {
            "text": self.text,
            "choices": [{"id": choice.id, "title": choice.title} for choice in self.choices],
            "asks_contact": self.asks_contact,
        }

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> Reply:
        """The reply that `to_json` stored."""
        choices = tuple(Choice(id=choice["id"], title=choice["title"]) for choice in stored["choices"])
        return Reply(text=stored["text"], choices=choices, asks_contact=bool(stored.get("asks_contact")))


@dataclass(frozen=True)
class Entity:
    """Something Rasa recognised in a text: a programme, a segment, an amount, a date, a complaint number.

    `confidence` (0 to 1) is that of the part of the pipeline that found it; words of a list are certain.
    """

    name: str
    value: str
    text: str = ""
    confidence: float = 1.0


@dataclass(frozen=True)
class Understanding:
    """How Rasa reads a text: the likeliest intent, how sure it is, the runners-up, and the entities."""

    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = field(default=())

    def entity(self, name: str) -> str | None:
        """Value of the first entity of that name."""
        return next((entity.value for entity in self.entities if entity.name == name), None)
