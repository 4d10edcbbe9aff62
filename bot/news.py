"""What is new, as it commits: one listening connection a process, and a wake-up for whoever waits.

A wake-up says which conversation to look at, never what is there: the rows are the truth. After a lost connection
everybody is woken, since something may have been missed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import psycopg

from bot.background import in_background
from storage.database import NEWS

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 1.0


class News:
    """Wakes those who wait for a conversation, or for any."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._waiting: dict[int | None, set[asyncio.Event]] = {}

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen for as long as the context is open."""
        async with in_background(self._listen()):
            yield

    @contextmanager
    def subscribed(self, conversation_id: int | None = None) -> Iterator[asyncio.Event]:
        """An event that is set whenever that conversation (or any, for None) has something new; clear it yourself."""
        event = asyncio.Event()
        self._waiting.setdefault(conversation_id, set()).add(event)
        try:
            yield event
        finally:
            self._waiting[conversation_id].discard(event)
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {NEWS}".encode())
                    self._wake_all()
                    async for notify in connection.notifies():
                        self._wake(int(notify.payload))
            except psycopg.OperationalError:
                log.warning("The listening connection was lost", extra={"action": "news_reconnect"})
                await asyncio.sleep(RECONNECT_SECONDS)

    def _wake(self, conversation_id: int) -> None:
        for key in (conversation_id, None):
            for event in self._waiting.get(key, ()):
                event.set()

    def _wake_all(self) -> None:
        for events in self._waiting.values():
            for event in events:
                event.set()
