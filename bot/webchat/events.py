"""The live conversation as server-sent events: what came after the last one seen, then what comes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import anyio
from sse_starlette import EventSourceResponse, ServerSentEvent

from bot.services import Services
from bot.webchat.history import Gone, Shown, find_place, read_history

#: Rows are read again after so many seconds without news.
PATIENCE_SECONDS = 15.0
PING_SECONDS = 15
#: So long a stream may take to end when the server stops.
FAREWELL_SECONDS = 1.0


def live(services: Services, address: str, after: int) -> EventSourceResponse:
    """The stream of a visitor's conversation; it ends by itself when the server stops."""
    closing = anyio.Event()
    return EventSourceResponse(
        follow(services, address, after, closing),
        ping=PING_SECONDS,
        shutdown_event=closing,
        shutdown_grace_period=FAREWELL_SECONDS,
    )


async def follow(services: Services, address: str, after: int, closing: anyio.Event) -> AsyncIterator[ServerSentEvent]:
    """Every message after `after`, once and in order, and every change of who holds the conversation.

    It ends when the conversation was forgotten; the browser connects again and hears what begins anew.
    """
    conversation_id = await _wait_for_conversation(services, address, closing)
    if conversation_id is None:
        return
    known_holder = None
    with services.news.subscribed(conversation_id) as news:
        while not closing.is_set():
            news.clear()
            try:
                history = await read_history(services.database, conversation_id, after=after)
            except Gone:
                return
            for message in history.messages:
                yield _message_event(message)
                after = message.id
            if history.holder != known_holder:
                known_holder = history.holder
                yield ServerSentEvent(json.dumps({"holder": known_holder}), event="state")
            await _wait(news, closing)


async def _wait_for_conversation(services: Services, address: str, closing: anyio.Event) -> int | None:
    with services.news.subscribed(None) as news:
        while not closing.is_set():
            news.clear()
            place = await find_place(services.database, address)
            if place:
                return place.conversation_id
            await _wait(news, closing)
    return None


async def _wait(news: asyncio.Event, closing: anyio.Event) -> None:
    """Until there is news, the server stops, or patience ends."""
    reasons = [asyncio.ensure_future(news.wait()), asyncio.ensure_future(closing.wait())]
    try:
        await asyncio.wait(reasons, timeout=PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for reason in reasons:
            reason.cancel()


def _message_event(message: Shown) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(message.to_json(), ensure_ascii=False), event="message", id=str(message.id))
