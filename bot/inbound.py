"""One message as a channel hands it over, and the cleaning every channel's text goes through."""

from __future__ import annotations

from dataclasses import dataclass, field

from social_security.identity import mask_identity_numbers

#: Longer texts are cut; nobody types more in one message, and a complaint has room in it.
LONGEST_TEXT = 10_000
#: The largest file we accept, in bytes; Telegram hands out no more than this.
LARGEST_FILE = 20 * 1024 * 1024


@dataclass(frozen=True)
class InboundFile:
    """A file as it arrived, its kind recognised by content."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class InboundMessage:
    """A message on its way in. (channel, external_id) never repeats: a repeated delivery stores nothing."""

    channel: str
    external_id: str
    address: str
    text: str = ""
    display_name: str | None = None
    choice: str | None = None
    #: The participant's own number in E.164 form, from the channel's contact button.
    phone: str | None = None
    files: tuple[InboundFile, ...] = field(default=())
    refused_file: str | None = None
    unsupported: str | None = None
    edited: bool = False
    start: str | None = None


def clean_text(text: str) -> str:
    """Text that the database can hold, without identity numbers: no NUL, no lone surrogate, a bearable length."""
    storable = text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return mask_identity_numbers(storable[:LONGEST_TEXT]).strip()
