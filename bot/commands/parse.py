"""`pandu parse`: how the language model reads texts, and what the assistant would decide."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TextIO

from bot.commands.session import CannotReach
from bot.inbound import clean_text
from bot.listening import any_free_port
from bot.model import QUIET, Model
from bot.nlu import NluClient, NluUnavailable
from bot.settings import Settings
from bot.supervisor import STOP_SECONDS, insist
from dialogs.messages import Understanding
from dialogs.tables import thresholds

START_SECONDS = 90.0


def parse(settings: Settings, lines: Iterable[str], out: TextIO) -> None:
    """Read one text a line; print one JSON a line."""
    asyncio.run(_parse(settings, lines, out))


async def _parse(settings: Settings, lines: Iterable[str], out: TextIO) -> None:
    async with rasa(settings) as nlu:
        for line in lines:
            print(json.dumps(await _reading(nlu, line.rstrip("\n")), ensure_ascii=False), file=out, flush=True)


async def _reading(nlu: NluClient, text: str) -> dict[str, object]:
    cleaned = clean_text(text)
    if not any(letter.isalnum() for letter in cleaned):
        return {"text": cleaned, "intent": None, "confidence": 0.0, "ranking": [], "entities": [], "decision": "ask"}
    read = await nlu.understand(cleaned)
    return {
        "text": cleaned,
        "intent": read.intent,
        "confidence": read.confidence,
        "ranking": [{"intent": intent, "confidence": sure} for intent, sure in read.ranking],
        "entities": [{"entity": found.name, "value": found.value, "text": found.text} for found in read.entities],
        "decision": _decision(read),
    }


@asynccontextmanager
async def rasa(settings: Settings) -> AsyncIterator[NluClient]:
    """A client of the Rasa server that is set, or of one started for as long as this runs."""
    if settings.nlu_url:
        token = settings.nlu_token.get_secret_value() if settings.nlu_token else ""
        client = NluClient(settings.nlu_url, token, seconds=30)
        yield client
        await client.close()
        return
    port, token = any_free_port(), secrets.token_urlsafe(24)
    server = _start(settings, port, token)
    client = NluClient(f"http://127.0.0.1:{port}", token, seconds=30)
    try:
        await _until_ready(server, client)
        yield client
    finally:
        await client.close()
        server.terminate()
        insist(server, STOP_SECONDS)


def _start(settings: Settings, port: int, token: str) -> subprocess.Popen[bytes]:
    model = Model(settings.model_file)
    if not model.file.exists():
        raise CannotReach("There is no language model yet. Train it: pandu train")
    empty = Path(settings.home) / "empty.yml"
    empty.write_text("{}\n")
    settings.logs.mkdir(parents=True, exist_ok=True)
    with (settings.logs / "nlu.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own command
            model.serving_command(port, token, empty.resolve()),
            env={**os.environ, **QUIET},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


async def _until_ready(server: subprocess.Popen[bytes], client: NluClient) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            await client.understand("halo")
        except NluUnavailable:
            await asyncio.sleep(0.5)
        else:
            return
    raise CannotReach("Rasa did not start; see the log nlu.log in the logs folder, and `pandu doctor`.")


def _decision(read: Understanding) -> str:
    """What the assistant does with such a reading outside a form: answer, offer two readings, or ask openly."""
    limits = thresholds()
    runner_up = max((sure for intent, sure in read.ranking if intent != read.intent), default=0.0)
    if read.confidence >= limits.answer and read.confidence - runner_up >= limits.gap:
        return "answer"
    return "offer" if read.confidence >= limits.offer else "ask"
