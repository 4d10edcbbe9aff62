"""A simulated stretch of time: schedulers and senders that die, a clock that jumps, people who pay when they like."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text

from bot.channels import Attachment, Blocked, TryLater, Uncertain
from bot.nudging import Nudging, send_nudges
from bot.pace import Pace
from dialogs.messages import Reply
from dialogs.nudges import nudge_policy
from dialogs.words import Words
from scheduler.plan_nudges import plan_all_due
from social_security.due_dates import due_on
from social_security.programmes import Segment
from storage.database import Database
from storage.models import PaymentSource
from storage.nudges import give_up_claimed
from storage.payments import Paid, record_payment

POLICY = nudge_policy()
TICK = timedelta(hours=4)
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
SEGMENTS = (Segment.BPU, Segment.PBPU)

_PEOPLE = """
WITH person AS (
    INSERT INTO participants (time_zone)
    SELECT (CAST(:zones AS text[]))[1 + n % 3] FROM generate_series(1, :people) AS n
    RETURNING id
), contact AS (
    INSERT INTO contacts (participant_id, channel, address) SELECT id, 'telegram', id::text FROM person
    RETURNING id, participant_id
), talk AS (
    INSERT INTO conversations (contact_id) SELECT id FROM contact
)
INSERT INTO memberships (participant_id, scheme, segment, programmes, monthly_amount, first_month)
SELECT id, CASE id % 2 WHEN 0 THEN 'bpjstk' ELSE 'jkn' END, CASE id % 2 WHEN 0 THEN 'BPU' ELSE 'PBPU' END,
       ARRAY['X'], 20000, :first FROM person
RETURNING participant_id, segment
"""


@dataclass
class FaultyChannel:
    """A channel that delivers, is busy, does not answer, is blocked by some, or lets its sender die half-way."""

    dice: random.Random
    name: str = "telegram"
    dead: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, address: str, reply: Reply, attachments: Sequence[Attachment] = ()) -> str:
        """Deliver, or fail in one of the ways a channel fails."""
        await asyncio.sleep(0)
        if int(address) % 97 == 0:
            raise Blocked
        await self._die_sometimes()
        if self.dice.random() < 0.02:
            raise TryLater(0)
        self.arrived.append((address, reply.text))
        if self.dice.random() < 0.01:
            raise Uncertain(0)
        await self._die_sometimes()
        return str(len(self.arrived))

    async def _die_sometimes(self) -> None:
        if self.dice.random() < 0.01:
            self.dead.set()
        if self.dead.is_set():
            await asyncio.Event().wait()


@dataclass
class Simulation:
    """People with their memberships, and when each pays which month."""

    database: Database
    dice: random.Random
    segments: dict[int, Segment]
    pays: dict[tuple[int, date], datetime]
    channel: FaultyChannel
    deaths: int = 0
    scheduler_deaths: int = 0

    async def run(self, start: datetime, end: datetime) -> None:
        """Live through the time: at each tick people pay, schedulers plan, senders send; any of them may die."""
        unpaid = dict(self.pays)
        for now in self._ticks(start, end):
            if self.dice.random() > 0.2:
                await asyncio.gather(*(self._plan(now) for _ in range(2)))
            await self._pay(unpaid, now)
            if self.dice.random() > 0.1:
                await self._send(now)

    async def _plan(self, now: datetime) -> None:
        planning = asyncio.create_task(plan_all_due(self.database, POLICY, now))
        if self.dice.random() < 0.1:
            await asyncio.wait({planning}, timeout=self.dice.uniform(0, 0.05))
            self.scheduler_deaths += planning.cancel()
        await asyncio.gather(planning, return_exceptions=planning.cancelling() > 0)

    def _ticks(self, start: datetime, end: datetime) -> Iterator[datetime]:
        now = start
        while now < end:
            jump = timedelta(hours=self.dice.uniform(-3, 3)) if self.dice.random() < 0.15 else timedelta()
            yield now + jump
            now += TICK

    async def _pay(self, unpaid: dict[tuple[int, date], datetime], now: datetime) -> None:
        paying = [key for key, moment in unpaid.items() if moment <= now]
        async with self.database.transaction() as session:
            for participant_id, month in paying:
                scheme = self.segments[participant_id].scheme
                await record_payment(session, Paid(participant_id, scheme, month, PaymentSource.REPORTED), now)
                self.pays[participant_id, month] = now
                del unpaid[participant_id, month]

    async def _send(self, now: datetime) -> None:
        pace = Pace(100_000)
        while True:
            self.channel.dead.clear()
            nudging = Nudging(self.database, POLICY, Words(), f"sender {self.deaths}")
            sending = asyncio.create_task(send_nudges(nudging, self.channel, pace, now))
            dying = asyncio.create_task(self.channel.dead.wait())
            await asyncio.wait({sending, dying}, return_when=asyncio.FIRST_COMPLETED)
            dying.cancel()
            if sending.done() and not self.channel.dead.is_set():
                if not sending.result():
                    return
                continue
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            self.deaths += 1
            async with self.database.transaction() as session:
                await give_up_claimed(session, [self.channel.name])


async def a_simulation(database: Database, people: int, months: list[date], seed: str) -> Simulation:
    """So many people, every other one in each scheme, who pay early, late or never."""
    dice = random.Random(seed)
    async with database.transaction() as session:
        rows = await session.execute(text(_PEOPLE), {"people": people, "zones": list(ZONES), "first": months[0]})
        segments = {participant_id: Segment(segment) for participant_id, segment in rows}
    pays = {}
    for participant_id, segment in segments.items():
        for month in months:
            if dice.random() < 0.85:
                due = datetime.combine(due_on(segment, month).date, datetime.min.time(), UTC)
                pays[participant_id, month] = due + timedelta(days=dice.uniform(-9, 12))
    return Simulation(database, dice, segments, pays, FaultyChannel(dice))
