"""Replies arrive as messages with buttons; refusals tell the sender what to do next."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot

from bot.channels import Attachment, Blocked, TryLater, Uncertain, Undeliverable
from bot.settings import Settings
from bot.telegram.api import TokenRefused, open_bot
from bot.telegram.gateway import TelegramChannel, split
from dialogs.messages import Choice, Reply
from tests.telegram_server import Participant, TelegramServer
from tests.telegram_server.world import Rate

YES_NO = (Choice("a:yes", "Ya"), Choice("a:no", "Tidak"))


@pytest.fixture
def siti(telegram: TelegramServer) -> Participant:
    """A participant who pressed start."""
    participant = telegram.participant(42)
    participant.starts()
    return participant


@pytest.fixture
def channel(bot: Bot) -> TelegramChannel:
    """The channel under test."""
    return TelegramChannel(bot)


async def test_text_goes_out_as_it_is(channel: TelegramChannel, siti: Participant) -> None:
    sent = await channel.send("42", Reply("<b>Iuran</b> *Rp16.800* _per bulan_"))
    (message,) = siti.messages
    assert (str(message["message_id"]), message["text"]) == (sent, "<b>Iuran</b> *Rp16.800* _per bulan_")
    assert message["reply_markup"] == {"remove_keyboard": True}


async def test_a_file_goes_out_before_the_message_it_belongs_to(channel: TelegramChannel, siti: Participant) -> None:
    receipt = Attachment("tanda.pdf", "application/pdf", b"%PDF")
    sent = await channel.send("42", Reply("Sudah lunas.", YES_NO), [receipt])
    document, message = siti.messages
    assert (document["document"]["file_name"], document["document"]["file_size"]) == ("tanda.pdf", 4)
    assert (str(message["message_id"]), message["text"]) == (sent, "Sudah lunas.")


async def test_short_choices_share_a_row(channel: TelegramChannel, siti: Participant) -> None:
    await channel.send("42", Reply("Setuju?", (*YES_NO, Choice("c:back", "Kembali"))))
    assert _shape(siti) == [["1 · Ya", "2 · Tidak"], ["3 · Kembali"]]
    assert siti.presses("c:back")["callback_query"]["data"] == "c:back"


async def test_long_choices_have_a_row_each(channel: TelegramChannel, siti: Participant) -> None:
    await channel.send("42", Reply("Bekerja sebagai?", (Choice("a:bpu", "Pekerja bukan penerima"), *YES_NO)))
    assert _shape(siti) == [["1 · Pekerja bukan penerima"], ["2 · Ya"], ["3 · Tidak"]]


async def test_the_contact_button_stands_with_the_choices(channel: TelegramChannel, siti: Participant) -> None:
    await channel.send("42", Reply("Nomor HP?", (Choice("c:skip", "Lewati"),), asks_contact=True))
    keyboard = siti.messages[0]["reply_markup"]
    share, skip = (row[0] for row in keyboard["keyboard"])
    assert (share["text"], share["request_contact"], skip["text"]) == ("📱 Bagikan nomor saya", True, "1 · Lewati")
    assert keyboard["one_time_keyboard"]


async def test_a_long_text_is_split_and_its_end_has_the_buttons(channel: TelegramChannel, siti: Participant) -> None:
    paragraphs = [f"{number} " + "kata " * 150 for number in range(15)]
    sent = await channel.send("42", Reply("\n\n".join(paragraphs), YES_NO))
    assert str(siti.messages[-1]["message_id"]) == sent
    assert ["inline_keyboard" in message.get("reply_markup", {}) for message in siti.messages] == [False, False, True]
    assert "\n\n".join(message["text"] for message in siti.messages).split() == "\n\n".join(paragraphs).split()
    assert all(message["text"].startswith(tuple("0123456789")) for message in siti.messages)


@given(st.text(alphabet=st.sampled_from("ab \n"), max_size=300), st.integers(1, 40))
def test_splitting_keeps_every_letter_and_the_limit(text: str, longest: int) -> None:
    parts = split(text, longest)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(len(part) <= longest for part in parts)


async def test_over_the_rate_it_says_how_long_to_wait(
    channel: TelegramChannel, siti: Participant, telegram: TelegramServer
) -> None:
    telegram.world.rate = Rate(per_chat=1, window=60, retry_after=7)
    await channel.send("42", Reply("satu"))
    with pytest.raises(TryLater) as busy:
        await channel.send("42", Reply("dua"))
    assert (busy.value.seconds, type(busy.value)) == (7, TryLater)


async def test_who_blocked_us_is_told_apart(channel: TelegramChannel, siti: Participant) -> None:
    siti.blocks()
    with pytest.raises(Blocked):
        await channel.send("42", Reply("halo"))
    siti.unblocks()
    await channel.send("42", Reply("halo"))


async def test_nobody_there_and_nobody_started_is_blocked(channel: TelegramChannel, telegram: TelegramServer) -> None:
    telegram.participant(43)
    for address in ("43", "44"):
        with pytest.raises(Blocked):
            await channel.send(address, Reply("halo"))


@pytest.mark.parametrize("reply", [Reply(" "), Reply("Pilih", (Choice("x" * 65, "Terlalu panjang"),))])
async def test_what_is_never_accepted_is_undeliverable(
    channel: TelegramChannel, siti: Participant, reply: Reply
) -> None:
    with pytest.raises(Undeliverable):
        await channel.send("42", reply)


async def test_a_wrong_token_is_a_clear_error(telegram: TelegramServer, siti: Participant) -> None:
    wrong = Settings(telegram_token="1000:wrong", telegram_api=telegram.address, _env_file=None)  # type: ignore[call-arg]
    async with open_bot(wrong) as bot:
        with pytest.raises(TokenRefused):
            await TelegramChannel(bot).send("42", Reply("halo"))


async def test_out_of_reach_is_later_and_surely_not_sent() -> None:
    nowhere = Settings(telegram_token="1000:any", telegram_api="http://127.0.0.1:9", _env_file=None)  # type: ignore[call-arg]
    async with open_bot(nowhere) as bot:
        with pytest.raises(TryLater) as trouble:
            await TelegramChannel(bot).send("42", Reply("halo"))
    assert not isinstance(trouble.value, Uncertain)


async def test_a_connection_that_breaks_after_the_request_leaves_it_uncertain() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as listening:
        api = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        broken = Settings(telegram_token="1000:any", telegram_api=api, _env_file=None)  # type: ignore[call-arg]
        async with open_bot(broken) as bot:
            with pytest.raises(Uncertain):
                await TelegramChannel(bot).send("42", Reply("halo"))


def _shape(participant: Participant) -> list[list[str]]:
    return [[button["text"] for button in row] for row in participant.messages[-1]["reply_markup"]["inline_keyboard"]]
