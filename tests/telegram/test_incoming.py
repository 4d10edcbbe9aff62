"""Everything a participant can do in Telegram becomes a message, or is left alone for a reason."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from telegram import Bot

from bot.services import Services
from bot.telegram.gateway import TelegramChannel
from bot.telegram.receive import receive
from dialogs.messages import Choice, Reply
from storage.database import Database
from storage.models import Contact, Message
from tests.telegram.conftest import Received, stored
from tests.telegram_server import TelegramServer

PHONE = "+628" + "1234567890"


async def test_text_is_kept_with_its_sender(telegram: TelegramServer, received: Received, database: Database) -> None:
    telegram.participant(42, "Budi").says("Berapa iuran BPU?")
    (message,) = await received()
    async with database.sessions() as session:
        contact = (await session.scalars(select(Contact))).one()
    assert (message.channel, message.direction, message.text) == ("telegram", "in", "Berapa iuran BPU?")
    assert (contact.channel, contact.address, contact.display_name) == ("telegram", "42", "Budi")


@pytest.mark.parametrize(
    ("typed", "text", "start"),
    [
        ("/start", "", "start"),
        ("/start i_register", "", "i_register"),
        ("/menu", "menu", None),
        ("/petugas", "petugas", None),
        ("/batal@pandu_test_bot", "batal", None),
        ("/cari rumah sakit", "cari rumah sakit", None),
        ("1 · Ya, sudah benar", "Ya, sudah benar", None),
        ("1/2 gaji", "1/2 gaji", None),
    ],
)
async def test_commands_and_titles_are_read_as_words(
    telegram: TelegramServer, received: Received, typed: str, text: str, start: str | None
) -> None:
    telegram.participant(42).says(typed)
    (message,) = await received()
    assert (message.text, message.content.get("start")) == (text, start)


async def test_a_pressed_button_brings_its_choice_and_is_answered(
    telegram: TelegramServer, received: Received, bot: Bot
) -> None:
    budi = telegram.participant(42, "Budi")
    budi.chat.started = True
    await TelegramChannel(bot).send("42", Reply("Setuju?", (Choice("a:yes", "Ya"), Choice("a:no", "Tidak"))))
    press = budi.presses("a:no")["callback_query"]["id"]
    (message,) = await received()
    assert (message.content, message.text) == ({"choice": "a:no"}, "Tidak")
    assert [answered["id"] for answered in telegram.world.answered_presses] == [press]


async def test_a_press_that_is_too_old_to_answer_is_kept(
    telegram: TelegramServer, received: Received, bot: Bot
) -> None:
    budi = telegram.participant(42)
    budi.chat.started = True
    await TelegramChannel(bot).send("42", Reply("Setuju?", (Choice("a:yes", "Ya"),)))
    budi.presses("a:yes")
    telegram.world.presses.clear()
    assert [message.content for message in await received()] == [{"choice": "a:yes"}]


@pytest.mark.parametrize("written", [PHONE, PHONE[1:]])
async def test_an_own_contact_brings_the_number(
    telegram: TelegramServer, received: Received, database: Database, written: str
) -> None:
    telegram.participant(42).shares_contact(written)
    (message,) = await received()
    assert message.phone_sealed
    assert database.vault.open_text(message.phone_sealed, "messages.phone") == PHONE


async def test_a_foreign_contact_is_not_kept(telegram: TelegramServer, received: Received) -> None:
    telegram.participant(42).shares_contact(PHONE, own=False)
    (message,) = await received()
    assert (message.phone_sealed, message.content) == (None, {"unsupported": "foreign_contact"})


async def test_what_nobody_reads_is_named(telegram: TelegramServer, received: Received) -> None:
    siti = telegram.participant(42)
    siti.sends_sticker()
    siti.sends_voice()
    siti.sends_location()
    siti.sends(dice={"emoji": "🎲", "value": 6})
    kinds = [message.content["unsupported"] for message in await received()]
    assert kinds == ["sticker", "voice", "location", "dice"]


async def test_service_notes_groups_and_moving_locations_are_left_alone(
    telegram: TelegramServer, received: Received
) -> None:
    siti = telegram.participant(42)
    siti.sends(message_auto_delete_timer_changed={"message_auto_delete_time": 86400})
    siti.sends(text="halo semua", chat={"id": -100, "type": "supergroup", "title": "Warga"})
    moved = siti.sends_location()
    telegram.world.add_update("edited_message", moved["message"] | {"edit_date": 1_800_000_000})
    assert [message.content for message in await received()] == [{"unsupported": "location"}]


async def test_a_changed_text_is_a_message_of_its_own(telegram: TelegramServer, received: Received) -> None:
    siti = telegram.participant(42)
    written = siti.says("gaji 3 jt")
    siti.edits(written, "gaji 4 jt")
    siti.edits(written, "gaji 5 jt")
    messages = [(message.text, message.content.get("edited")) for message in await received()]
    assert messages == [("gaji 3 jt", None), ("gaji 4 jt", True), ("gaji 5 jt", True)]


async def test_strange_names_and_texts_are_storable(
    telegram: TelegramServer, received: Received, database: Database
) -> None:
    telegram.participant(42, "<b>{{7*7}}</b>\x00\ud83d").says("halo\x00 \ud83d pak")
    (message,) = await received()
    async with database.sessions() as session:
        name = (await session.scalars(select(Contact.display_name))).one()
    assert (name, message.text) == ("<b>{{7*7}}</b>�", "halo � pak")


async def test_blocking_and_unblocking_is_noted(
    telegram: TelegramServer, received: Received, database: Database, keeping: Services
) -> None:
    siti = telegram.participant(42)
    siti.says("halo")
    siti.blocks()
    await received()
    assert await _blocked_at(database) == keeping.clock()
    siti.unblocks()
    await received()
    assert await _blocked_at(database) is None


async def test_an_update_that_comes_again_is_stored_once(
    telegram: TelegramServer, bot: Bot, keeping: Services, database: Database
) -> None:
    siti = telegram.participant(42)
    siti.edits(siti.says("halo"), "halo pak")
    await TelegramChannel(bot).send("42", Reply("Setuju?", (Choice("a:yes", "Ya"),)))
    siti.presses("a:yes")
    for _ in range(3):
        await receive(bot, keeping, await bot.get_updates())
    assert [message.text for message in await stored(database)] == ["halo", "halo pak", "Ya"]


async def test_two_bots_number_their_messages_apart(
    telegram: TelegramServer, received: Received, database: Database
) -> None:
    telegram.participant(42).says("halo")
    (message,) = await received()
    assert message.external_id == "message:1000:42:1"


async def test_order_within_a_chat_stays(telegram: TelegramServer, received: Received) -> None:
    for number in range(1, 31):
        telegram.participant(number % 3 + 1).says(f"{number}")
    messages: list[Message] = await received()
    for chat in range(3):
        mine = [int(message.text) for message in messages if int(message.text) % 3 == chat]
        assert mine == sorted(mine)
        assert len(mine) == 10


async def _blocked_at(database: Database) -> object:
    async with database.sessions() as session:
        return (await session.scalars(select(Contact.blocked_at))).one()
