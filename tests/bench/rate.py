"""Replies and nudges through one sender at Telegram's limits: rate, 429s, and how long a reply waits.

One sender serves an account, so its pace is that of all processes together.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update

from bot.channels import Attachment, Channel, TryLater
from bot.delivery import deliver_replies
from bot.nudging import Nudging, send_nudges
from bot.pace import Pace
from bot.sender import NUDGE_LANES
from bot.settings import Settings
from bot.telegram.api import open_bot
from bot.telegram.gateway import TelegramChannel
from bot.turn import reply_row
from dialogs.messages import Reply
from dialogs.nudges import nudge_policy
from dialogs.words import Words
from scheduler.plan_nudges import plan_all_due
from storage.database import Database, open_database
from storage.models import Contact, Conversation, Participant
from tests.bench.stand import Stand
from tests.nudges.simulation import a_simulation
from tests.telegram_server import TOKEN, TelegramServer, serving
from tests.telegram_server.world import Rate, World

NOON = datetime(2026, 12, 8, 3, 0, tzinfo=UTC)
SECONDS = 20
#: Connections are opened and batches filled before the rate counts.
WARM_UP_SECONDS = 2.0
#: Replies a second, by stretch.
REPLIES = {"replies alone": 5, "with nudges": 5, "more replies, with nudges": 10}
NUDGED, ANSWERED = 700, 400


@dataclass(frozen=True)
class Stretch:
    """What one stretch did; waits in milliseconds from the committed reply until the channel took it."""

    name: str
    replies: int
    nudges: int
    per_second: float
    most_in_a_second: int
    refused: int
    reply_p50_ms: float
    reply_p95_ms: float
    reply_longest_ms: float


@dataclass
class Watched:
    """A channel whose messages are timed and whose 429s are counted."""

    channel: Channel
    name: str = "telegram"
    taken: list[float] = field(default_factory=list)
    arrived: dict[str, float] = field(default_factory=dict)
    refused: int = 0

    async def send(self, address: str, reply: Reply, attachments: Sequence[Attachment] = ()) -> str:
        """Send by the real channel."""
        try:
            sent = await self.channel.send(address, reply, attachments)
        except TryLater:
            self.refused += 1
            raise
        self.taken.append(time.monotonic())
        self.arrived[reply.text] = self.taken[-1]
        return sent


async def run(stand: Stand, name: str, replies: int, *, nudges: bool) -> Stretch:
    """One stretch on a database and a server of its own."""
    url = stand.new_database("rate")
    database = open_database(url, stand.vault(), pool_size=10)
    settings = Settings(home=Path.cwd(), telegram_token=TOKEN, _env_file=None)  # type: ignore[call-arg]
    async with serving(World(rate=Rate(overall=30, per_chat=1))) as server:
        answered = await _people(database, server, nudges=nudges)
        async with open_bot(settings.model_copy(update={"telegram_api": server.address})) as bot:
            watched = Watched(TelegramChannel(bot))
            written = await _stretch(database, watched, answered, replies, Pace(settings.telegram_rate))
    await database.close()
    stand.drop_database("rate")
    waits = [(watched.arrived[said] - since) * 1000 for said, since in written.items()]
    over = statistics.quantiles(waits, n=100, method="inclusive")
    counted = [taken for taken in watched.taken if taken >= watched.taken[0] + WARM_UP_SECONDS]
    return Stretch(
        name=name,
        replies=len(waits),
        nudges=len(watched.taken) - len(waits),
        per_second=(len(counted) - 1) / (counted[-1] - counted[0]),
        most_in_a_second=max(sum(since <= taken < since + 1 for taken in watched.taken) for since in watched.taken),
        refused=watched.refused,
        reply_p50_ms=over[49],
        reply_p95_ms=over[94],
        reply_longest_ms=max(waits),
    )


async def _people(database: Database, server: TelegramServer, *, nudges: bool) -> list[int]:
    """People to nudge, and conversations to answer in; returns the latter."""
    simulation = await a_simulation(database, NUDGED + ANSWERED, [date(2026, 12, 1)], "rate")
    people = list(simulation.segments)
    quiet = people[NUDGED:] if nudges else people
    for person in people:
        server.world.chat(person, "Sari").started = True
    async with database.transaction() as session:
        await session.execute(update(Participant).where(Participant.id.in_(quiet)).values(nudges_wanted=False))
        answered = select(Conversation.id).join(Contact).where(Contact.participant_id.in_(people[NUDGED:]))
        found = list(await session.scalars(answered))
    await plan_all_due(database, nudge_policy(), NOON)
    return found


async def _stretch(
    database: Database, watched: Watched, answered: list[int], replies: int, pace: Pace
) -> dict[str, float]:
    nudging = Nudging(database, nudge_policy(), Words(), "rate")
    sending = [
        asyncio.create_task(_for_ever(lambda: deliver_replies(database, watched, pace, datetime.now(UTC)))),
        *(
            asyncio.create_task(_for_ever(lambda: send_nudges(nudging, watched, pace, NOON)))
            for _ in range(NUDGE_LANES)
        ),
    ]
    written: dict[str, float] = {}
    began = time.monotonic()
    for number, conversation_id in enumerate(answered[: SECONDS * replies]):
        await asyncio.sleep(max(0.0, began + number / replies - time.monotonic()))
        said = f"Jawaban nomor {number}."
        await _write(database, conversation_id, said)
        written[said] = time.monotonic()
    while not written.keys() <= watched.arrived.keys():
        await asyncio.sleep(0.05)
    for task in sending:
        task.cancel()
    await asyncio.gather(*sending, return_exceptions=True)
    return written


async def _write(database: Database, conversation_id: int, said: str) -> None:
    async with database.transaction() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        contact = await session.get_one(Contact, conversation.contact_id)
        now = datetime.now(UTC) - timedelta(milliseconds=1)
        session.add(reply_row(conversation_id, contact, Reply(said), now))


async def _for_ever(work: Callable[[], Awaitable[int]]) -> None:
    while True:
        if not await work():
            await asyncio.sleep(0.05)


async def send_at_the_limits(stand: Stand) -> list[Stretch]:
    """Every stretch; the one of replies alone is without nudges."""
    return [await run(stand, name, replies, nudges=name != "replies alone") for name, replies in REPLIES.items()]
