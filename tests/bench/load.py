"""Closed loops: so many conversations at once, each sends, waits for the reply, and sends the next."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import yaml

from tests.bench.stand import Started
from tests.bench.talking import Conversation, Opener

#: Conversations begin at different texts, so that not all say the same at once.
STRIDE = 7
GREETING = "halo"


def texts() -> list[str]:
    """What is said."""
    return list(yaml.safe_load((Path(__file__).parent / "texts.yml").read_text(encoding="utf-8")))


@dataclass
class Load:
    """What one assistant did: every turn's milliseconds, the seconds of all rounds, the processors' milliseconds."""

    turns: list[tuple[str, float]] = field(default_factory=list)
    seconds: float = 0.0
    cpu_ms: Counter[str] = field(default_factory=Counter)

    def add(self, other: Load) -> None:
        """Count another round in."""
        self.turns += other.turns
        self.seconds += other.seconds
        self.cpu_ms.update(other.cpu_ms)

    @property
    def per_second(self) -> float:
        """Turns per second over all conversations."""
        return len(self.turns) / self.seconds

    def percentile(self, percent: int) -> float:
        """Milliseconds within which so many percent of the turns were answered."""
        return statistics.quantiles((ms for _, ms in self.turns), n=100, method="inclusive")[percent - 1]

    def cpu_per_turn(self) -> dict[str, float]:
        """Milliseconds of processor a turn, by process."""
        return {name: used / len(self.turns) for name, used in self.cpu_ms.items()}


async def run_load(opener: Opener, conversations: int, each: int, processes: Sequence[Started]) -> Load:
    """New conversations, greeted first, then so many turns in each of them."""
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(opener()) for _ in range(conversations)]
        await asyncio.gather(*(conversation.say(GREETING) for conversation in opened))
        before, began = _cpu(processes), time.perf_counter()
        turns = await asyncio.gather(*(_talk(conversation, n, each) for n, conversation in enumerate(opened)))
        seconds, after = time.perf_counter() - began, _cpu(processes)
    used = Counter({name: (after[name] - before[name]) * 1000 for name in after})
    return Load([turn for one in turns for turn in one], seconds, used)


async def _talk(conversation: Conversation, number: int, each: int) -> list[tuple[str, float]]:
    said = texts()
    turns = []
    for n in range(each):
        text = said[(number * STRIDE + n) % len(said)]
        began = time.perf_counter()
        await conversation.say(text)
        turns.append((text, (time.perf_counter() - began) * 1000))
    return turns


def _cpu(processes: Sequence[Started]) -> Mapping[str, float]:
    own = psutil.Process().cpu_times()
    return {"client": own.user + own.system, **{started.name: started.cpu() for started in processes}}
