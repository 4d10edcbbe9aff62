"""The server keeps the Bot API's rules as they are documented: a test against it says something about Telegram."""

from __future__ import annotations

import asyncio

import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken

from bot.settings import Settings
from bot.telegram.api import open_bot
from tests.telegram_server import FIRST_UPDATE_ID, Participant, TelegramServer


@pytest.fixture
def siti(telegram: TelegramServer) -> Participant:
    """A participant who pressed start; that update is confirmed."""
    participant = telegram.participant(42)
    participant.starts()
    telegram.world.updates.clear()
    return participant


async def test_only_a_higher_offset_confirms(telegram: TelegramServer, bot: Bot) -> None:
    for word in ("satu", "dua", "tiga"):
        telegram.participant(42).says(word)
    first = [update.update_id for update in await bot.get_updates()]
    assert first == [FIRST_UPDATE_ID, FIRST_UPDATE_ID + 1, FIRST_UPDATE_ID + 2]
    assert len(await bot.get_updates(offset=first[0], limit=2)) == 2
    assert [update.update_id for update in await bot.get_updates(offset=first[1])] == first[1:]
    assert [update.update_id for update in await bot.get_updates(offset=-1)] == first[2:]
    assert len(telegram.world.updates) == 1


async def test_a_long_poll_ends_with_the_first_update(telegram: TelegramServer, bot: Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    while not telegram.world.polls:
        await asyncio.sleep(0.01)
    telegram.participant(42).says("halo")
    assert [update.message.text for update in await waiting if update.message] == ["halo"]


async def test_the_younger_of_two_polls_goes_on(telegram: TelegramServer, bot: Bot, settings: Settings) -> None:
    async with open_bot(settings) as other:
        older = asyncio.create_task(bot.get_updates(timeout=30))
        while not telegram.world.polls:
            await asyncio.sleep(0.01)
        younger = asyncio.create_task(other.get_updates(timeout=30))
        with pytest.raises(Conflict, match="terminated by other getUpdates"):
            await older
        telegram.participant(42).says("halo")
        assert len(await younger) == 1


async def test_kinds_that_were_not_asked_for_do_not_come(telegram: TelegramServer, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["message"])
    telegram.participant(42).blocks()
    telegram.participant(42).says("halo")
    assert [update.my_chat_member for update in await bot.get_updates()] == [None]


async def test_a_webhook_excludes_polling(telegram: TelegramServer, bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)https"):
        await bot.set_webhook("http://pandu.example/hook")
    with pytest.raises(BadRequest, match=r"(?i)ports"):
        await bot.set_webhook("https://pandu.example:9000/hook")
    with pytest.raises(BadRequest, match=r"(?i)secret"):
        await bot.set_webhook("https://pandu.example/hook", secret_token="not allowed!")
    await bot.set_webhook("https://pandu.example/hook", secret_token="good_one-1")
    assert (await bot.get_webhook_info()).url == "https://pandu.example/hook"
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(("text", "refusal"), [("", "empty"), (" \n ", "empty"), ("a" * 4097, "too long")])
async def test_texts_have_1_to_4096_characters(bot: Bot, siti: Participant, text: str, refusal: str) -> None:
    with pytest.raises(BadRequest, match=refusal):
        await bot.send_message(42, text)
    await bot.send_message(42, "é" * 4096)


async def test_callback_data_has_1_to_64_bytes(bot: Bot, siti: Participant) -> None:
    for data, fits in (("a" * 64, True), ("a" * 65, False), ("é" * 33, False)):
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("Ya", callback_data=data)]])
        if fits:
            await bot.send_message(42, "?", reply_markup=markup)
        else:
            with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
                await bot.send_message(42, "?", reply_markup=markup)


async def test_buttons_need_a_title(bot: Bot, siti: Participant) -> None:
    for markup in (
        InlineKeyboardMarkup([[InlineKeyboardButton("", callback_data="a")]]),
        ReplyKeyboardMarkup([[KeyboardButton("")]]),
    ):
        with pytest.raises(BadRequest):
            await bot.send_message(42, "?", reply_markup=markup)


async def test_a_keyboard_can_be_taken_off_once(bot: Bot, siti: Participant) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Ya", callback_data="a")]])
    sent = await bot.send_message(42, "?", reply_markup=markup)
    await bot.edit_message_reply_markup(42, sent.message_id)
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_reply_markup(42, sent.message_id)
    with pytest.raises(BadRequest, match="not found"):
        await bot.edit_message_reply_markup(42, 999)
    with pytest.raises(LookupError):
        siti.presses("a")


async def test_who_did_not_start_cannot_be_written_to(bot: Bot, telegram: TelegramServer) -> None:
    with pytest.raises(BadRequest, match="hat not found"):
        await bot.send_message(41, "halo")
    telegram.participant(41)
    with pytest.raises(Forbidden, match="initiate"):
        await bot.send_message(41, "halo")


async def test_a_press_is_answered_once(bot: Bot, siti: Participant) -> None:
    await bot.send_message(
        42, "?", reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("Ya", callback_data="a")]])
    )
    press = siti.presses("a")["callback_query"]["id"]
    assert await bot.answer_callback_query(press)
    with pytest.raises(BadRequest, match=r"(?i)too old"):
        await bot.answer_callback_query(press)


async def test_documents_go_out_and_actions_are_known(bot: Bot, siti: Participant) -> None:
    sent = await bot.send_document(42, b"isi", filename="ringkasan.txt", caption="Ini ringkasannya")
    assert sent.document
    fetched = await (await bot.get_file(sent.document.file_id)).download_as_bytearray()
    assert (sent.document.file_name, sent.caption, bytes(fetched)) == ("ringkasan.txt", "Ini ringkasannya", b"isi")
    assert await bot.send_chat_action(42, "typing")
    with pytest.raises(BadRequest, match="action"):
        await bot.send_chat_action(42, "dancing")


async def test_commands_are_checked(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
        await bot.set_my_commands([("Besar", "huruf besar")])
    await bot.set_my_commands([("menu", "Lihat menu")])
    assert await bot.get_my_commands() == (BotCommand("menu", "Lihat menu"),)


@pytest.mark.parametrize("token", ["1000:wrong", "nonsense"])
async def test_a_wrong_token_opens_nothing(telegram: TelegramServer, token: str) -> None:
    wrong = Settings(telegram_token=token, telegram_api=telegram.address, _env_file=None)  # type: ignore[call-arg]
    async with open_bot(wrong) as bot:
        with pytest.raises(InvalidToken):
            await bot.get_me()
