"""A server that speaks Rasa's `/model/parse`, answering by labels: for tests that are not about the language."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, HTTPException

TOKEN = "label"


@dataclass
class Label:
    """How the next text is read."""

    intent: str = "out_of_scope"
    confidence: float = 0.2
    ranking: Sequence[tuple[str, float]] = ()
    entities: dict[str, str] = field(default_factory=dict)


@dataclass
class RasaServer:
    """The server's address, what it answers next, and what it was asked."""

    url: str = ""
    label: Label = field(default_factory=Label)
    is_down: bool = False
    asked: list[str] = field(default_factory=list)

    def app(self) -> FastAPI:
        """The endpoints of Rasa that we use, with its token and its answers."""
        app = FastAPI()

        @app.post("/model/parse")
        async def parse(body: dict[str, Any], token: str = "") -> dict[str, Any]:
            if token != TOKEN:
                raise HTTPException(401)
            if self.is_down:
                raise HTTPException(503)
            self.asked.append(body["text"])
            return self._answer(body["text"])

        return app

    def _answer(self, text: str) -> dict[str, Any]:
        label = self.label
        ranking = list(label.ranking) or [(label.intent, label.confidence), ("out_of_scope", 0.01)]
        return {
            "text": text,
            "intent": {"name": label.intent, "confidence": label.confidence},
            "entities": [
                {"entity": name, "value": value, "start": 0, "end": 0, "extractor": "label"}
                for name, value in label.entities.items()
            ],
            "intent_ranking": [{"name": name, "confidence": sure} for name, sure in ranking],
        }


@asynccontextmanager
async def running_rasa() -> AsyncIterator[RasaServer]:
    """The server on a free port."""
    rasa = RasaServer()
    server = uvicorn.Server(uvicorn.Config(rasa.app(), port=0, log_level="warning", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    rasa.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield rasa
    server.should_exit = True
    await serving
