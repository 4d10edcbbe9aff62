"""`/_test/…`: what tests in another process tell the server and ask it, as JSON."""

from __future__ import annotations

import base64
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .answers import answer
from .participant import Participant
from .world import Json, Rate, World

#: What a participant can be told to do, by name.
ACTIONS = frozenset(
    {"says", "starts", "presses", "edits", "sends", "sends_photo", "sends_document", "sends_album", "shares_contact",
     "sends_sticker", "sends_voice", "sends_location", "blocks", "unblocks"}
)  # fmt: skip


def control_routes(world: World) -> list[Route]:
    """The control side of a world."""

    async def update(request: Request) -> Response:
        """`{"chat_id": 1, "does": "says", "with": {"text": "halo"}}` → the update; `first_name` is optional."""
        wanted = await request.json()
        if wanted["does"] not in ACTIONS:
            return answer({"error": f"unknown: {wanted['does']}"}, 400)
        chat = world.chat(wanted["chat_id"], wanted.get("first_name", "Siti"))
        action = getattr(Participant(world, chat), wanted["does"])
        try:
            return answer(action(**_unpacked(wanted.get("with", {}))))
        except LookupError as impossible:
            return answer({"error": str(impossible)}, 400)

    async def sent(request: Request) -> Response:
        """What the bot sent with a message_id after `?after=`, oldest first."""
        after = int(request.query_params.get("after", 0))
        return answer([message for message in world.sent() if message["message_id"] > after])

    async def rate(request: Request) -> Response:
        """`{"overall": 30, "per_chat": 1, "window": 1.0, "retry_after": 1}`, each optional."""
        world.rate = Rate(**await request.json())
        return answer({})

    async def state(_: Request) -> Response:
        """How many updates wait, and how many presses were answered."""
        return answer({"waiting": len(world.updates), "answered_presses": len(world.answered_presses)})

    return [
        Route("/_test/update", update, methods=["POST"]),
        Route("/_test/sent", sent),
        Route("/_test/rate", rate, methods=["POST"]),
        Route("/_test/state", state),
    ]


def _unpacked(arguments: Json) -> Json:
    """Contents of files come as base64."""
    readings: dict[str, Any] = {
        "content": base64.b64decode,
        "contents": lambda contents: [base64.b64decode(content) for content in contents],
    }
    return {name: readings.get(name, lambda same: same)(value) for name, value in arguments.items()}
