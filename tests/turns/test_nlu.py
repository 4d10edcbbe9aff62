"""The client of Rasa: whatever Rasa does, a message is answered, by the menu if need be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import SecretStr

from bot.health import understanding as understanding_health
from bot.nlu import LONGEST_PARSED, NluClient, NluUnavailable
from bot.settings import Settings
from bot.turn import take_turn
from tests.rasa_server import TOKEN, Label, RasaServer, running_rasa
from tests.turns.conftest import Room


@pytest.fixture
async def rasa() -> AsyncIterator[RasaServer]:
    async with running_rasa() as server:
        yield server


async def test_intent_ranking_and_entities_are_read(rasa: RasaServer) -> None:
    rasa.label = Label("register", 0.8, [("register", 0.8), ("greet", 0.1)], {"segment": "bpu"})
    client = NluClient(rasa.url, TOKEN, seconds=10)
    understanding = await client.understand("mau daftar")
    assert (understanding.intent, understanding.confidence) == ("register", 0.8)
    assert understanding.ranking == (("register", 0.8), ("greet", 0.1))
    assert understanding.entity("segment") == "bpu"
    assert understanding.entity("money") is None
    await client.close()


async def test_only_the_beginning_is_sent_and_never_an_order(rasa: RasaServer) -> None:
    client = NluClient(rasa.url, TOKEN, seconds=10)
    await client.understand("/" + "a" * 5000)
    assert rasa.asked == ["a" * LONGEST_PARSED]
    await client.close()


@pytest.mark.parametrize(
    ("url", "token"), [("http://127.0.0.1:9", TOKEN), ("{rasa}", "wrong")], ids=["nobody there", "wrong token"]
)
async def test_a_rasa_that_does_not_answer_is_said(rasa: RasaServer, url: str, token: str) -> None:
    client = NluClient(url.format(rasa=rasa.url), token, seconds=10)
    with pytest.raises(NluUnavailable):
        await client.understand("halo")
    await client.close()


@pytest.mark.parametrize("answer", [b"", b"{}", b"nonsense", b'{"text": "halo", "intent": {"name": null}}'])
async def test_nonsense_counts_as_no_answer(answer: bytes) -> None:
    async with answering(answer) as url:
        client = NluClient(url, TOKEN, seconds=10)
        with pytest.raises(NluUnavailable):
            await client.understand("halo")
        await client.close()


async def test_a_rasa_that_hangs_is_not_waited_for() -> None:
    async with answering(None) as url:
        client = NluClient(url, TOKEN, seconds=0.2)
        with pytest.raises(NluUnavailable):
            await client.understand("halo")
        await client.close()


WRONG_ANSWERS = {
    "nonsense": (200, b"<html>maintenance</html>"),
    "another shape": (200, b'{"intent": ["greet"], "text": 7}'),
    "half an answer": (200, b'{"text": "halo", "intent": {"name": "gre'),
    "not utf-8": (200, b"\xff\xfe\x00"),
    "no intent": (200, b'{"text": "halo", "intent": {"name": null, "confidence": 0.0}}'),
    "model damaged": (409, b'{"status": "failure", "reason": "Conflict"}'),
    "crashed": (500, b"Traceback"),
}


@pytest.mark.parametrize("wrong", WRONG_ANSWERS)
async def test_a_wrong_answer_leads_to_the_menu_and_health_says_so(room: Room, wrong: str) -> None:
    status, body = WRONG_ANSWERS[wrong]
    async with answering(body, status) as url:
        await talk_to(room, url, seconds=10)
        assert await understanding_health(settings(url)) == "menu"
    await shows_the_menu(room)


async def test_a_server_too_slow_or_gone_leads_to_the_menu_and_health_says_so(room: Room) -> None:
    async with answering(None) as url:
        await talk_to(room, url, seconds=0.2)
        assert await understanding_health(settings(url, seconds=0.2)) == "menu"
    await shows_the_menu(room)
    assert await understanding_health(settings(url)) == "menu"


async def test_health_says_when_texts_are_understood(rasa: RasaServer) -> None:
    assert await understanding_health(settings(rasa.url)) == "ok"


async def test_how_sure_an_entity_is_is_read() -> None:
    found = b'{"entity": "second_request", "value": "claim_how", "start": 0, "end": 4, "confidence_entity": 0.7}'
    body = b'{"text": "halo", "intent": {"name": "greet", "confidence": 1}, "entities": [' + found + b"]}"
    async with answering(body) as url:
        client = NluClient(url, TOKEN, seconds=10)
        [entity] = (await client.understand("halo")).entities
        await client.close()
    assert (entity.value, entity.text, entity.confidence) == ("claim_how", "halo", 0.7)


def settings(url: str, *, seconds: float = 10) -> Settings:
    return Settings(nlu_url=url, nlu_token=SecretStr(TOKEN), nlu_seconds=seconds)


async def talk_to(room: Room, url: str, *, seconds: float) -> None:
    """One message while this server is the room's Rasa."""
    nlu = NluClient(url, TOKEN, seconds=seconds)
    taken = await room.say("brp iuran bpu")
    await take_turn(replace(room.assistant, nlu=nlu), taken.conversation_id)
    await nlu.close()


async def shows_the_menu(room: Room) -> None:
    said, replied = await room.messages()
    assert said.decision == "menu"
    assert len(replied.content["choices"]) >= 4


class answering:  # noqa: N801 - reads as a word
    """A server that gives one fixed answer to everything, or none at all."""

    def __init__(self, answer: bytes | None, status: int = 200) -> None:
        self.answer, self.status = answer, status

    async def __aenter__(self) -> str:
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    async def __aexit__(self, *_: object) -> None:
        self.server.close()
        await self.server.wait_closed()
        await asyncio.sleep(0)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        if self.answer is None:
            await reader.read()
        else:
            head = f"HTTP/1.1 {self.status} OK\r\ncontent-length: {len(self.answer)}\r\nconnection: close\r\n\r\n"
            writer.write(head.encode() + self.answer)
        writer.close()
        await writer.wait_closed()
