"""The client of Rasa's server: a text in, how Rasa reads it out, or nothing within the time limit."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, ValidationError

from dialogs.messages import Entity, Understanding

#: Rasa takes 580 ms for 10,000 characters, for everybody; what a message is about stands in its beginning.
LONGEST_PARSED = 1_000
#: More at once only make each other slow.
AT_ONCE = 4


class NluUnavailable(Exception):
    """Rasa did not answer in time, or not in its own words; the message says what came instead."""


class _Intent(BaseModel):
    name: str | None
    confidence: float


class _Entity(BaseModel):
    model_config = ConfigDict(extra="ignore")

    entity: str
    value: Any
    start: int = 0
    end: int = 0
    confidence_entity: float = 1.0


class _Parsed(BaseModel):
    text: str
    intent: _Intent
    intent_ranking: list[_Intent] = []
    entities: list[_Entity] = []


class NluClient:
    """Asks Rasa. `seconds` counts from sending, not from waiting in line."""

    def __init__(self, url: str, token: str, *, seconds: float) -> None:
        self._http = aiohttp.ClientSession(url)
        self._token = token
        self._line = asyncio.Semaphore(AT_ONCE)
        self._seconds = seconds

    async def understand(self, text: str) -> Understanding:
        """How Rasa reads a text, which must not be empty. Raises `NluUnavailable`.

        A leading slash would be an order to Rasa, which takes "/name" for the intent of that name.
        """
        try:
            async with self._line, asyncio.timeout(self._seconds):
                answer = await self._ask({"text": text.lstrip("/ ")[:LONGEST_PARSED]})
            return _to_understanding(_Parsed.model_validate_json(answer))
        except (aiohttp.ClientError, TimeoutError, ValidationError) as error:
            raise NluUnavailable(type(error).__name__) from error

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.close()

    async def _ask(self, question: dict[str, str]) -> bytes:
        parameters = {"token": self._token}
        async with self._http.post("/model/parse", params=parameters, json=question, raise_for_status=True) as answer:
            return await answer.read()


def _to_understanding(parsed: _Parsed) -> Understanding:
    if parsed.intent.name is None:
        raise NluUnavailable("no intent")
    return Understanding(
        intent=parsed.intent.name,
        confidence=parsed.intent.confidence,
        ranking=tuple((intent.name, intent.confidence) for intent in parsed.intent_ranking if intent.name),
        entities=tuple(
            Entity(found.entity, str(found.value), parsed.text[found.start : found.end], found.confidence_entity)
            for found in parsed.entities
        ),
    )
