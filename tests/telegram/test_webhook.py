"""Telegram posts to us: only with the secret, kept before the answer, stored once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
import uvicorn

from bot.app import make_app
from bot.services import Services
from bot.settings import Settings
from bot.telegram.webhook import webhook_secret
from storage.database import Database
from tests.telegram.conftest import eventually, stored
from tests.telegram_server import TOKEN, Participant, TelegramServer, World

PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def web(keeping: Services, settings: Settings, telegram: TelegramServer) -> AsyncIterator[httpx.AsyncClient]:
    """The running web app with a public address, to which the server has a tunnel."""
    public = replace(keeping, settings=settings.model_copy(update={"public_url": "https://pandu.example"}))
    server = uvicorn.Server(uvicorn.Config(make_app(public), port=0, log_level="error", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server._serve())
    await eventually(lambda: server.started)
    telegram.world.tunnel = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    await eventually(lambda: telegram.world.webhook is not None)
    async with httpx.AsyncClient(base_url=telegram.world.tunnel) as client:
        yield client
    server.should_exit = True
    await serving


async def test_the_webhook_is_registered_and_brings_messages(
    web: httpx.AsyncClient, telegram: TelegramServer, database: Database
) -> None:
    assert telegram.world.webhook
    assert telegram.world.webhook["url"] == f"https://pandu.example{PATH}"
    assert telegram.world.allowed_updates == ["message", "edited_message", "callback_query", "my_chat_member"]
    siti = telegram.participant(42)
    siti.says("halo")
    siti.says("pak")
    await eventually(lambda: not telegram.world.updates)
    assert [message.text for message in await stored(database)] == ["halo", "pak"]


@pytest.mark.parametrize("headers", [{}, {HEADER: ""}, {HEADER: "guessed"}, {HEADER: TOKEN}])
async def test_a_stranger_is_refused(web: httpx.AsyncClient, database: Database, headers: dict[str, str]) -> None:
    update = Participant(World(), World().chat(42)).says("halo")
    answer = await web.post(PATH, json=update, headers=headers)
    assert answer.status_code == 403
    assert await stored(database) == []


async def test_a_repeated_update_is_stored_once(web: httpx.AsyncClient, keeping: Services, database: Database) -> None:
    update = Participant(World(), World().chat(42)).says("halo")
    headers = {HEADER: webhook_secret(keeping.database.vault, TOKEN)}
    answers = await asyncio.gather(*(web.post(PATH, json=update, headers=headers) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert [message.text for message in await stored(database)] == ["halo"]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", json.dumps({"message": {}})])
async def test_what_is_no_update_is_refused(web: httpx.AsyncClient, keeping: Services, body: str) -> None:
    headers = {HEADER: webhook_secret(keeping.database.vault, TOKEN)}
    assert (await web.post(PATH, content=body, headers=headers)).status_code == 400


async def test_without_a_public_address_there_is_no_webhook(keeping: Services) -> None:
    transport = httpx.ASGITransport(make_app(keeping))
    async with httpx.AsyncClient(transport=transport, base_url="http://pandu.example") as client:
        assert (await client.post(PATH, json={})).status_code == 404
