"""Processes are killed (-9) at random points: no message is lost, none is answered out of order, and every message
that went out twice is explained by a claim that was repeated.

The gate talks in 50 conversations through 10 kills; `make proof` in 500 through 100.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.models import Contact, Conversation, Delivery, Direction, Message
from storage.vault import load_or_make_key
from tests.processes.system import System, TelegramParticipant, WebParticipant, running_system

CONVERSATIONS, KILLS = (500, 100) if os.environ.get("PANDU_PROOF") else (50, 10)
MESSAGES = 4
#: A conversation goes on within so long of any kill.
GOES_ON = timedelta(seconds=15)
SETTLE_SECONDS = 120
VICTIMS = ("turns-1", "turns-2", "app", "sender-1", "sender-2")


@pytest.mark.xdist_group("processes")
async def test_killed_processes_lose_nothing_and_keep_the_order(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    dice = random.Random(os.environ.get("PANDU_SEED", "pandu"))
    load_or_make_key(tmp_path / "keys" / "pandu.key")
    async with running_system(database_url, tmp_path) as system, httpx.AsyncClient(timeout=30) as client:
        talking = [asyncio.create_task(_talk(system, client, number, dice.random())) for number in range(CONVERSATIONS)]
        kills = await _kill(system, dice)
        await asyncio.gather(*talking)
        await _settle(database)
        sent = (await client.get(f"{system.telegram}/_test/sent")).json()
    async with database.sessions() as session:
        rows = list(await session.scalars(select(Message).order_by(Message.id)))
        addresses = {
            conversation_id: (channel, address)
            for conversation_id, channel, address in await session.execute(
                select(Conversation.id, Contact.channel, Contact.address).join(
                    Contact, Contact.id == Conversation.contact_id
                )
            )
        }
    _check_nothing_is_lost(rows)
    _check_order(rows)
    _check_pauses(rows, kills)
    _check_telegram(rows, addresses, sent)


async def _talk(system: System, client: httpx.AsyncClient, number: int, pause: float) -> None:
    who = TelegramParticipant(system, 5000 + number) if number % 2 else WebParticipant(system)
    for turn in range(MESSAGES):
        await who.says(client, f"halo {turn}")
        await asyncio.sleep(pause * 2)


async def _kill(system: System, dice: random.Random) -> list[datetime]:
    """Kill and start again, over and over; returns when."""
    kills = []
    for _ in range(KILLS):
        await asyncio.sleep(dice.uniform(0.2, 1.2))
        victim = dice.choice(VICTIMS)
        system.kill(victim)
        kills.append(datetime.now(UTC))
        await asyncio.sleep(dice.uniform(0, 0.5))
        system.start(victim)
    return kills


async def _settle(database: Database) -> None:
    """Wait until everything said is kept and answered, and every answer delivered."""
    for _ in range(SETTLE_SECONDS * 5):
        async with database.sessions() as session:
            said = await _count(session, Message.direction == Direction.IN)
            answered = await _count(session, Message.answered_at.is_not(None))
            undelivered = await _count(session, Message.delivery.in_([Delivery.QUEUED, Delivery.CLAIMED]))
        if said == answered == CONVERSATIONS * MESSAGES and not undelivered:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"kept {said}, answered {answered}, undelivered {undelivered}")


async def _count(session, *conditions) -> int:  # type: ignore[no-untyped-def]
    return int(await session.scalar(select(func.count()).select_from(Message).where(*conditions)) or 0)


def _check_nothing_is_lost(rows: list[Message]) -> None:
    said = [row for row in rows if row.direction == Direction.IN]
    replies = [row for row in rows if row.direction == Direction.OUT]
    assert len(said) == CONVERSATIONS * MESSAGES
    assert not [row.id for row in said if row.failed_at]
    assert sorted(row.id for row in said) == sorted(row.answers_id or 0 for row in replies)
    assert {row.delivery for row in replies} == {Delivery.SENT}


def _check_order(rows: list[Message]) -> None:
    by_conversation = defaultdict(list)
    for row in rows:
        by_conversation[row.conversation_id].append(row)
    assert len(by_conversation) == CONVERSATIONS
    for messages in by_conversation.values():
        said = [row for row in messages if row.direction == Direction.IN]
        assert [row.text for row in said] == [f"halo {turn}" for turn in range(MESSAGES)]
        answered = [row.answers_id for row in messages if row.direction == Direction.OUT]
        assert answered == [row.id for row in said]


def _check_pauses(rows: list[Message], kills: list[datetime]) -> None:
    """A message is answered soon after it was said, or after the last kill that came before its answer."""
    for row in rows:
        if row.answered_at:
            disturbed = max([row.created_at, *(kill for kill in kills if kill < row.answered_at)])
            assert row.answered_at - disturbed <= GOES_ON


def _check_telegram(rows: list[Message], addresses: dict[int, tuple[str, str]], sent: list[dict[str, object]]) -> None:
    """What Telegram has of a chat is our replies in their order; any more were sent again after a repeated claim."""
    arrived = defaultdict(list)
    for message in sent:
        chat = message["chat"]
        assert isinstance(chat, dict)
        arrived[str(chat["id"])].append(str(message["message_id"]))
    replies = defaultdict(list)
    for row in rows:
        channel, address = addresses[row.conversation_id]
        if row.direction == Direction.OUT and channel == "telegram":
            replies[address].append(row)
    assert set(replies) == set(arrived)
    for address, recorded in replies.items():
        ids = [row.channel_message_id for row in recorded]
        assert all(int(earlier or 0) < int(later or 0) for earlier, later in pairwise(ids))
        assert set(ids) <= set(arrived[address])
        assert len(arrived[address]) - len(ids) <= sum(row.attempts - 1 for row in recorded)
