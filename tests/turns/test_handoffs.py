"""A person holds a conversation: from takeover to release no bot text leaves, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.channels import Attachment
from bot.delivery import deliver_replies, free_claimed
from bot.pace import Pace
from bot.turn import take_turn
from dialogs.messages import Reply
from dialogs.ports import HandoffReason
from scheduler.watch_takeovers import return_silent_takeovers
from storage.database import open_database
from storage.handoffs import PRIVACY_TERM, HeldByAnother, release, request_person, take_over
from storage.models import Author, Conversation, Delivery, Direction, Handoff, Holder, Message, Staff
from tests.builders import a_conversation
from tests.rasa_server import Label
from tests.turns.conftest import Room


async def an_agent(room: Room, name: str = "Ani") -> int:
    async with room.database.transaction() as session:
        staff = Staff(email=f"{name}@example.org", name=name, role="agent", password_hash="-")
        session.add(staff)
        await session.flush()
        return staff.id


async def held(room: Room, conversation_id: int, staff_id: int) -> None:
    async with room.database.transaction() as session:
        conversation = await session.get_one(Conversation, conversation_id, with_for_update=True)
        await take_over(session, conversation, staff_id, room.clock())


async def released(room: Room, conversation_id: int) -> None:
    async with room.database.transaction() as session:
        conversation = await session.get_one(Conversation, conversation_id, with_for_update=True)
        await release(session, conversation, room.clock())


async def bot_texts(room: Room) -> list[str]:
    return [row.text for row in await room.messages() if row.author == Author.BOT]


async def test_asking_for_a_person_waits_and_the_bot_goes_on_helping(room: Room) -> None:
    room.rasa.label = Label("human_agent", 0.95)
    reply = await room.ask("petugas")
    assert reply
    assert "petugas" in reply.lower()
    assert (await room.conversation()).holder == Holder.WAITING
    room.rasa.label = Label("thanks", 0.95)
    assert await room.ask("makasih") != reply


async def test_the_bot_is_silent_from_takeover_to_release(room: Room) -> None:
    conversation_id = (await room.say("halo")).conversation_id
    await take_turn(room.assistant, conversation_id)
    await held(room, conversation_id, await an_agent(room))
    before = await bot_texts(room)
    for text in ("halo?", "petugas", "1", "batal"):
        await room.ask(text)
    assert await bot_texts(room) == before
    assert all(row.answered_at for row in await room.messages() if row.direction == Direction.IN)
    await released(room, conversation_id)
    await room.ask("halo lagi")
    assert len(await bot_texts(room)) == len(before) + 1


async def test_a_takeover_during_the_parse_silences_the_turn(room: Room) -> None:
    conversation_id = (await room.say("halo")).conversation_id
    agent = await an_agent(room)
    async with room.database.sessions() as session, session.begin():
        conversation = await session.get_one(Conversation, conversation_id, with_for_update=True)
        turning = asyncio.create_task(take_turn(room.assistant, conversation_id))
        while not room.rasa.asked:
            await asyncio.sleep(0.01)
        await take_over(session, conversation, agent, room.clock())
    await turning
    assert await bot_texts(room) == []


async def test_what_was_queued_before_the_takeover_is_withheld(room: Room) -> None:
    async with room.database.transaction() as session:
        conversation = await a_conversation(session, channel="telegram", address="77")
        session.add(queued(conversation.id, Author.BOT, "dari bot", room))
        session.add(queued(conversation.id, Author.AGENT, "dari petugas", room))
    await held(room, conversation.id, await an_agent(room))
    channel = Recorder()
    while await deliver_replies(room.database, channel, Pace(1000), room.clock()):
        pass
    assert channel.sent == [("77", "dari petugas")]
    assert [row.delivery for row in await room.messages()] == [Delivery.WITHHELD, Delivery.SENT]


async def test_a_claim_that_was_never_recorded_is_sent_again(room: Room) -> None:
    async with room.database.transaction() as session:
        conversation = await a_conversation(session, channel="telegram", address="77")
        row = queued(conversation.id, Author.BOT, "halo", room)
        row.delivery, row.attempts = Delivery.CLAIMED, 1
        session.add(row)
    channel = Recorder()
    assert await deliver_replies(room.database, channel, Pace(1000), room.clock()) == 0
    await free_claimed(room.database, "telegram")
    assert await deliver_replies(room.database, channel, Pace(1000), room.clock()) == 1
    [row] = await room.messages()
    assert (row.delivery, row.attempts, channel.sent) == (Delivery.SENT, 2, [("77", "halo")])


async def test_two_agents_cannot_hold_one_conversation(room: Room) -> None:
    conversation_id = (await room.say("halo")).conversation_id
    await held(room, conversation_id, await an_agent(room, "Ani"))
    with pytest.raises(HeldByAnother):
        await held(room, conversation_id, await an_agent(room, "Budi"))


async def test_a_silent_takeover_goes_back_to_waiting_after_four_hours(room: Room) -> None:
    conversation_id = (await room.say("halo")).conversation_id
    await held(room, conversation_id, await an_agent(room))
    room.clock.move(timedelta(hours=3, minutes=59))
    assert await return_silent_takeovers(room.database, room.clock()) == 0
    room.clock.move(timedelta(minutes=2))
    assert await return_silent_takeovers(room.database, room.clock()) == 1
    assert (await room.conversation()).holder == Holder.WAITING


async def test_the_holder_survives_a_restart(room: Room, database_url: str) -> None:
    conversation_id = (await room.say("halo")).conversation_id
    await held(room, conversation_id, await an_agent(room))
    reopened = open_database(database_url, room.database.vault, pool_size=1)
    async with reopened.sessions() as session:
        conversation = await session.get_one(Conversation, conversation_id)
    assert conversation.holder == Holder.AGENT
    await reopened.close()


async def test_asking_twice_is_one_place_on_the_list_and_a_weightier_reason_stays(room: Room) -> None:
    conversation_id = (await room.say("halo")).conversation_id
    for reason in (HandoffReason.ASKED, HandoffReason.PRIVACY, HandoffReason.ASKED):
        async with room.database.transaction() as session:
            conversation = await session.get_one(Conversation, conversation_id, with_for_update=True)
            await request_person(session, conversation, reason, room.clock())
    async with room.database.sessions() as session:
        handoff = (await session.scalars(select(Handoff))).one()
    assert handoff.reason == HandoffReason.PRIVACY
    assert handoff.due_at == room.clock() + PRIVACY_TERM


class Recorder:
    """A channel that takes everything."""

    name = "telegram"

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    async def send(self, address: str, reply: Reply, attachments: Sequence[Attachment] = ()) -> str:
        self.sent.append((address, reply.text))
        return str(len(self.sent))


def queued(conversation_id: int, author: Author, text: str, room: Room) -> Message:
    reply = Reply(text)
    return Message(
        conversation_id=conversation_id,
        channel="telegram",
        direction=Direction.OUT,
        author=author,
        text=text,
        content=reply.to_json(),
        created_at=room.clock(),
        delivery=Delivery.QUEUED,
    )
