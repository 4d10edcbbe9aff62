"""The client of Rasa: whatever Rasa does, a message is answered, by the menu if need be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.nlu import LONGEST_PARSED, NluClient, NluUnavailable
from tests.rasa_server import TOKEN, Label, RasaServer, running_rasa


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


class answering:  # noqa: N801 - reads as a word
    """A server that gives one fixed answer to everything, or none at all."""

    def __init__(self, answer: bytes | None) -> None:
        self.answer = answer

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
            head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(self.answer)}\r\nconnection: close\r\n\r\n"
            writer.write(head.encode() + self.answer)
        writer.close()
        await writer.wait_closed()
