"""Talking to both assistants from outside: send a text, see the reply."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol
from uuid import uuid4

import httpx

from bot.webchat.visitor import COOKIE

#: A reply that takes longer is lost, and the run fails.
PATIENCE_SECONDS = 30.0
_END_OF_EVENT = b"\r\n\r\n"


class NoReply(Exception):
    """A text was not answered; speed without answers is worth nothing."""


class Conversation(Protocol):
    """One participant's conversation."""

    async def say(self, text: str) -> None:
        """Send a text and wait until its reply is seen. Raises `NoReply`."""


#: Opens a new conversation.
Opener = Callable[[], AbstractAsyncContextManager[Conversation]]


def client(url: str) -> httpx.AsyncClient:
    """The HTTP client, the same for both."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS, limits=limits, trust_env=False)


class PeerConversation:
    """A conversation with Rasa through its REST channel, which answers in the response."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._sender = uuid4().hex

    async def say(self, text: str) -> None:
        """Send a text and read the reply."""
        body = {"sender": self._sender, "message": text}
        answer = await self._http.post("/webhooks/rest/webhook", json=body)
        if not answer.is_success or not answer.json():
            raise NoReply(f"Rasa, {answer.status_code}: {text}")


class WebConversation:
    """A conversation through our web chat: posted like the page does, the reply seen on the event stream."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._headers = {"Cookie": f"{COOKIE}={secrets.token_urlsafe(32)}"}
        self._replies: dict[str, asyncio.Future[None]] = {}
        self._asked: dict[int, str] = {}

    async def say(self, text: str) -> None:
        """Send a text and wait for the reply to exactly that message."""
        id_ = str(uuid4())
        reply = self._replies[id_] = asyncio.get_running_loop().create_future()
        answer = await self._http.post("/chat/messages", json={"id": id_, "text": text}, headers=self._headers)
        if not answer.is_success:
            raise NoReply(f"Pandu, {answer.status_code}: {text}")
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await reply
        except TimeoutError:
            raise NoReply(f"Pandu, no reply seen: {text}") from None
        del self._replies[id_]

    async def follow(self) -> None:
        """Read the event stream for as long as the conversation lasts."""
        async with self._http.stream("GET", "/chat/events", headers=self._headers, timeout=None) as response:
            unread = b""
            async for chunk in response.aiter_raw():
                *events, unread = (unread + chunk).split(_END_OF_EVENT)
                for event in events:
                    self._see(event)

    def _see(self, event: bytes) -> None:
        fields = dict(line.split(b": ", 1) for line in event.split(b"\r\n") if b": " in line)
        if fields.get(b"event") == b"message":
            self._see_message(json.loads(fields[b"data"]))

    def _see_message(self, message: dict[str, Any]) -> None:
        if message["client_id"]:
            self._asked[message["id"]] = message["client_id"]
        elif message["answers"]:
            self._replies[self._asked.pop(message["answers"])].set_result(None)


def peer_opener(http: httpx.AsyncClient) -> Opener:
    """Opens conversations with Rasa."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Conversation]:
        yield PeerConversation(http)

    return opened


def web_opener(http: httpx.AsyncClient) -> Opener:
    """Opens conversations in our web chat."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Conversation]:
        conversation = WebConversation(http)
        following = asyncio.create_task(conversation.follow())
        try:
            yield conversation
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    return opened
