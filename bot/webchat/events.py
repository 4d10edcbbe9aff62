"""The live conversation as server-sent events: what came after the last one seen, then what comes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

from sse_starlette import ServerSentEvent

from bot.services import Services
from bot.webchat.history import Shown, find_place, read_history

#: Rows are read again after so many seconds without news.
PATIENCE_SECONDS = 15.0


async def follow(services: Services, address: str, after: int) -> AsyncIterator[ServerSentEvent]:
    """Every message after `after`, once and in order, and every change of who holds the conversation."""
    conversation_id = await _wait_for_conversation(services, address)
    known_holder = None
    with services.news.subscribed(conversation_id) as news:
        while True:
            news.clear()
            history = await read_history(services.database, conversation_id, after=after)
            for message in history.messages:
                yield _message_event(message)
                after = message.id
            if history.holder != known_holder:
                known_holder = history.holder
                yield ServerSentEvent(json.dumps({"holder": known_holder}), event="state")
            await _wait(news)


async def _wait_for_conversation(services: Services, address: str) -> int:
    with services.news.subscribed(None) as news:
        while True:
            news.clear()
            place = await find_place(services.database, address)
            if place:
                return place.conversation_id
            await _wait(news)


async def _wait(news: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(news.wait(), PATIENCE_SECONDS)


def _message_event(message: Shown) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(message.to_json(), ensure_ascii=False), event="message", id=str(message.id))
