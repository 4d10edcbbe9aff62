"""What of a turn is our own: parsing alone for comparison, and intake and turn called directly."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

from typing_extensions import override

from bot.bootstrap import make_assistant, now
from bot.inbound import InboundMessage
from bot.intake import take_in
from bot.nlu import NluClient
from bot.turn import take_turn
from dialogs.messages import Understanding
from storage.database import open_database
from storage.queue import open_queue
from tests.bench.load import GREETING, texts
from tests.bench.stand import Stand
from tests.bench.talking import client

PARSE_SECONDS = 10.0

Result = TypeVar("Result")


@dataclass(frozen=True)
class OwnWork:
    """Medians in milliseconds, without channel and queue: keeping a message, and its turn less the parse."""

    intake: float
    turn: float


async def parse_times(stand: Stand, repeats: int = 5) -> dict[str, float]:
    """Median milliseconds of Rasa's parse for each text, one at a time."""
    times: dict[str, list[float]] = {text: [] for text in texts()}
    async with client(stand.nlu_url) as http:
        for _ in range(repeats):
            for text, taken in times.items():
                began = time.perf_counter()
                answer = await http.post("/model/parse", params={"token": stand.nlu_token}, json={"text": text})
                taken.append((time.perf_counter() - began) * 1000)
                answer.raise_for_status()
    return {text: statistics.median(taken) for text, taken in times.items()}


class TimedNlu(NluClient):
    """Remembers how long the last parse took."""

    last_ms: float = 0.0

    @override
    async def understand(self, text: str) -> Understanding:
        """Ask, with a stopwatch."""
        began = time.perf_counter()
        try:
            return await super().understand(text)
        finally:
            self.last_ms = (time.perf_counter() - began) * 1000


async def own_work(stand: Stand, repeats: int = 3) -> OwnWork:
    """Intake and turn called directly, in a database of their own, the understanding asked of the running Rasa."""
    url = stand.new_database("own_work")
    database = open_database(url, stand.vault(), pool_size=2)
    nlu = TimedNlu(stand.nlu_url, stand.nlu_token, seconds=PARSE_SECONDS)
    assistant, queue = make_assistant(database, nlu), open_queue(url)
    intakes, turns = [], []
    for text in [GREETING] * 5 + texts() * repeats:
        message = InboundMessage("web", str(uuid4()), "own work", text=text)
        taken, intake_ms = await _timed(take_in(database, queue, message, now()))
        nlu.last_ms = 0.0
        _, turn_ms = await _timed(take_turn(assistant, taken.conversation_id))
        intakes.append(intake_ms)
        turns.append(turn_ms - nlu.last_ms)
    await nlu.close()
    await database.close()
    stand.drop_database("own_work")
    return OwnWork(statistics.median(intakes), statistics.median(turns))


async def _timed(work: Awaitable[Result]) -> tuple[Result, float]:
    began = time.perf_counter()
    result = await work
    return result, (time.perf_counter() - began) * 1000
