"""What visitors send: admitted, read, and taken in; or refused with the name of a sentence in `words.yml`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from bot.inbound import LONGEST_TEXT, InboundMessage
from bot.intake import Taken, take_in
from bot.services import get_services
from bot.web import is_same_origin
from bot.webchat.history import CHANNEL
from bot.webchat.limits import ChatLimits
from bot.webchat.uploads import Upload
from bot.webchat.visitor import Visitor, known_visitor, network

LONGEST_CHOICE = 64
#: The longest text takes less, even with every character escaped.
_BODY_BYTES = 256 * 1024
STATUS = {
    "foreign": 403,
    "no_visitor": 403,
    "nothing": 422,
    "too_fast": 429,
    "too_long": 413,
    "unreadable": 400,
}


class Refused(Exception):
    """Something a visitor sent is not taken in; `reason` names the sentence that explains it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = STATUS[reason]


@dataclass(frozen=True)
class Posted:
    """A message with the id the browser gave it; the same id is the same message."""

    id: UUID
    upload: Upload


def refuse_foreign(request: Request) -> None:
    """Raises `Refused` for what another site made the browser send."""
    if not is_same_origin(request):
        raise Refused("foreign")


async def admit(request: Request, *, with_file: bool = False) -> Visitor:
    """The visitor, who may send something now. Raises `Refused`."""
    refuse_foreign(request)
    visitor = known_visitor(request)
    if visitor is None:
        raise Refused("no_visitor")
    limits: ChatLimits = request.app.state.chat_limits
    allow = limits.allow_file if with_file else limits.allow_message
    if not await allow(visitor.address, network(request)):
        raise Refused("too_fast")
    return visitor


async def read_posted(request: Request) -> Posted:
    """The message of a JSON body. Raises `Refused`."""
    try:
        body = json.loads(await _read_body(request))
    except (ValueError, RecursionError):
        raise Refused("unreadable") from None
    if not isinstance(body, dict):
        raise Refused("unreadable")
    text, choice = body.get("text") or "", body.get("choice")
    if not isinstance(text, str) or not isinstance(choice, str | None):
        raise Refused("unreadable")
    return Posted(read_id(body.get("id")), Upload(text, choice))


def read_id(text: object) -> UUID:
    """The id of a message as the browser made it. Raises `Refused`."""
    try:
        return UUID(str(text))
    except ValueError:
        raise Refused("unreadable") from None


async def keep(request: Request, visitor: Visitor, posted: Posted) -> Taken:
    """Take a visitor's message in. Raises `Refused`."""
    upload = posted.upload
    if len(upload.text) > LONGEST_TEXT:
        raise Refused("too_long")
    if upload.choice and not (upload.choice.isascii() and len(upload.choice) <= LONGEST_CHOICE):
        raise Refused("unreadable")
    message = InboundMessage(
        channel=CHANNEL,
        external_id=f"{visitor.address}:{posted.id}",
        address=visitor.address,
        text=upload.text,
        choice=upload.choice,
        files=(upload.file,) if upload.file else (),
        refused_file=upload.refused_file,
    )
    services = get_services(request)
    return await take_in(services.database, services.queue, message, services.clock())


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _BODY_BYTES:
            raise Refused("too_long")
    return bytes(body)
