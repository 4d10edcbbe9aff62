"""Intake and turn: kept once, answered once, in order, and never lost when a turn fails."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update

from bot.turn import ATTEMPTS, take_turn
from dialogs.routing import Catalogue
from dialogs.turns import Turn
from storage.models import Contact, Conversation, Direction, Handoff, Holder, Participant
from storage.queue import TAKE_TURN
from tests.rasa_server import Label
from tests.turns.conftest import Room


async def test_a_repeated_delivery_is_kept_once_and_asks_for_one_turn(room: Room) -> None:
    first, again = await room.say("halo", external_id="a"), await room.say("halo", external_id="a")
    assert (first.is_new, again.is_new) == (True, False)
    assert len(await room.messages()) == 1
    assert await jobs(room) == 1


async def test_first_messages_that_meet_open_one_conversation(room: Room) -> None:
    await asyncio.gather(*(room.say("halo") for _ in range(5)))
    async with room.database.sessions() as session:
        counts = [
            await session.scalar(select(func.count()).select_from(table))
            for table in (Participant, Contact, Conversation)
        ]
    assert counts == [1, 1, 1]
    assert len(await room.messages()) == 5


async def test_turns_answer_the_oldest_message_first_whoever_takes_them(room: Room) -> None:
    for number in range(6):
        conversation_id = (await room.say(f"halo {number}")).conversation_id
    await asyncio.gather(*(take_turn(room.assistant, conversation_id) for _ in range(6)))
    for _ in range(6):
        await take_turn(room.assistant, conversation_id)
    rows = await room.messages()
    said = [row.id for row in rows if row.direction == Direction.IN]
    assert [row.answers_id for row in rows if row.direction == Direction.OUT] == said


async def test_what_was_understood_and_decided_is_kept_with_the_message(room: Room) -> None:
    room.rasa.label = Label("thanks", 0.93, entities={"programme": "jht"})
    await room.ask("makasih kak")
    [said, _] = await room.messages()
    assert said.understanding is not None
    assert said.understanding["intent"] == "thanks"
    assert said.understanding["entities"][0]["value"] == "jht"
    assert (said.intent, said.decision) == ("thanks", "answered")


async def test_identity_numbers_are_masked_before_they_are_kept(room: Room) -> None:
    nik, phone = " ".join(["3273", "0101", "0190", "0001"]), "0812" + "34567890"
    await room.ask(f"nik saya {nik} hp {phone}")
    [said, _] = await room.messages()
    assert "0101" not in said.text
    assert phone in said.text
    assert all("0101" not in asked for asked in room.rasa.asked)


@pytest.mark.parametrize("typed", ["", "   ", "🙏🙏🙏", "\x00", "\ud800", "a" * 10_000, "{{ 7*7 }}{% x %}", "<b>x</b>"])
async def test_any_text_gets_a_kind_answer(room: Room, typed: str) -> None:
    reply = await room.ask(typed)
    assert reply
    assert "49" not in reply
    assert (await room.messages())[0].answered_at


async def test_the_menu_answers_when_rasa_is_down(room: Room) -> None:
    room.rasa.is_down = True
    await room.ask("brp iuran bpu")
    said, replied = await room.messages()
    assert said.decision == "menu"
    assert len(replied.content["choices"]) >= 4
    assert await room.ask("1") != replied.text


async def test_empty_text_is_never_sent_to_rasa(room: Room) -> None:
    await room.ask("  ")
    await room.ask("👍")
    await room.ask("", choice="i:menu")
    assert room.rasa.asked == []


async def test_a_turn_that_always_fails_is_told_and_given_to_a_person(room: Room) -> None:
    broken = replace(room.assistant, catalogue=with_broken_greeting(room.assistant.catalogue))
    taken = await room.say("halo")
    for _ in range(ATTEMPTS - 1):
        with pytest.raises(ZeroDivisionError):
            await take_turn(broken, taken.conversation_id)
    await take_turn(broken, taken.conversation_id)
    said, apology = await room.messages()
    assert said.failed_at
    assert "petugas" in apology.text.lower()
    async with room.database.sessions() as session:
        assert (await session.scalars(select(Handoff.reason))).all() == ["failed_turn"]
    assert (await room.conversation()).holder == Holder.WAITING
    assert await room.ask("halo lagi")


async def test_a_failing_turn_leaves_nothing_behind(room: Room) -> None:
    broken = replace(room.assistant, catalogue=with_broken_greeting(room.assistant.catalogue))
    taken = await room.say("halo")
    with pytest.raises(ZeroDivisionError):
        await take_turn(broken, taken.conversation_id)
    [said] = await room.messages()
    assert said.answered_at is None
    assert said.understanding is None
    await take_turn(room.assistant, taken.conversation_id)
    assert len(await room.messages()) == 2


async def jobs(room: Room) -> int:
    async with room.database.sessions() as session:
        counted = await session.scalar(
            text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = :name"), {"name": TAKE_TURN}
        )
    return int(counted or 0)


def with_broken_greeting(whole: Catalogue) -> Catalogue:
    async def broken(_: Turn) -> object:
        return 1 // 0

    return replace(whole, handlers={**whole.handlers, "greet": broken})  # type: ignore[dict-item]


async def test_messages_hold_no_phone_in_the_clear(room: Room) -> None:
    phone = "+62812" + "34567890"
    await room.ask("", phone=phone)
    [said, *_] = await room.messages()
    assert said.phone_sealed
    assert phone.encode() not in said.phone_sealed
    assert phone not in str(vars(said) | {"phone_sealed": None})


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [("Asia/Jakarta", "17:00"), ("Asia/Makassar", "16:00"), ("Asia/Jayapura", "15:00")],
)
async def test_an_answer_is_over_from_midnight_where_the_participant_lives(
    room: Room, zone: str, midnight: str
) -> None:
    await room.ask("halo")
    async with room.database.transaction() as session:
        await session.execute(update(Participant).values(time_zone=zone))
    over = datetime.fromisoformat(f"2027-03-31T{midnight}:00+00:00")

    room.clock.now = over - timedelta(seconds=1)
    assert "PP 50/2025" in (await room.ask("", choice="k:bpu-relief") or "")
    room.clock.now = over
    assert "PP 50/2025" not in (await room.ask("", choice="k:bpu-relief") or "")
