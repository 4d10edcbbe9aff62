"""Photos and documents: kept by what they contain, refused with a reason, albums as one message."""

from __future__ import annotations

import pytest
from telegram import Bot

from bot.inbound import LARGEST_FILE
from bot.services import Services
from bot.telegram.receive import receive
from storage.database import Database
from tests.telegram.conftest import Received, kept_files, stored
from tests.telegram.samples import JPEG, PDF, PNG, TEXT, WEBP, ZIP
from tests.telegram_server import TelegramServer


async def test_the_largest_size_of_a_photo_is_kept(
    telegram: TelegramServer, received: Received, database: Database
) -> None:
    telegram.participant(42).sends_photo(JPEG, "bukti bayar")
    (message,) = await received()
    assert message.text == "bukti bayar"
    assert await kept_files(database, message) == [("foto.jpg", "image/jpeg", JPEG)]


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [(PDF, "surat.pdf", "application/pdf"), (PNG, "a.bin", "image/png"), (WEBP, "b", "image/webp")],
)
async def test_a_document_is_known_by_its_content(
    telegram: TelegramServer, received: Received, database: Database, content: bytes, name: str, media_type: str
) -> None:
    telegram.participant(42).sends_document(content, name, "application/octet-stream")
    (message,) = await received()
    assert await kept_files(database, message) == [(name, media_type, content)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(ZIP, "wrong_type"), (TEXT, "wrong_type"), (b"", "empty"), (PDF + bytes(LARGEST_FILE), "too_large")],
)
async def test_a_refused_document_says_why(
    telegram: TelegramServer, received: Received, database: Database, content: bytes, reason: str
) -> None:
    telegram.participant(42).sends_document(content, "surat.pdf", "application/pdf")
    (message,) = await received()
    assert message.content == {"refused_file": reason}
    assert await kept_files(database, message) == []


async def test_telegrams_own_refusals_are_sorted(telegram: TelegramServer, received: Received) -> None:
    siti = telegram.participant(42)
    huge = telegram.world.keep_file(PDF + bytes(LARGEST_FILE))
    siti.sends(document={"file_id": huge, "file_unique_id": "u"})
    siti.sends(document={"file_id": "nowhere", "file_unique_id": "u"})
    assert [message.content["refused_file"] for message in await received()] == ["too_large", "unavailable"]


async def test_an_animation_is_no_document(telegram: TelegramServer, received: Received) -> None:
    gif = {"file_id": "g", "file_unique_id": "u", "width": 1, "height": 1, "duration": 1}
    telegram.participant(42).sends(animation=gif, document={"file_id": "g", "file_unique_id": "u"})
    assert [message.content for message in await received()] == [{"unsupported": "video"}]


async def test_an_album_is_one_message_with_all_its_photos(
    telegram: TelegramServer, received: Received, database: Database
) -> None:
    siti = telegram.participant(42)
    siti.says("ini buktinya")
    siti.sends_album([JPEG + b"1", JPEG + b"2", JPEG + b"3"], "tiga foto")
    siti.says("sudah")
    said, album, done = await received()
    assert [said.text, album.text, done.text] == ["ini buktinya", "tiga foto", "sudah"]
    assert [content[-1:] for _, _, content in await kept_files(database, album)] == [b"1", b"2", b"3"]


async def test_an_album_cut_differently_the_next_time_loses_and_repeats_nothing(
    telegram: TelegramServer, bot: Bot, keeping: Services, database: Database
) -> None:
    telegram.participant(42).sends_album([JPEG + b"1", JPEG + b"2", JPEG + b"3"])
    updates = await bot.get_updates()
    await receive(bot, keeping, updates[:2])
    await receive(bot, keeping, updates)
    await receive(bot, keeping, updates[1:])
    messages = await stored(database)
    contents = [content[-1:] for message in messages for _, _, content in await kept_files(database, message)]
    assert contents == [b"1", b"2", b"3"]
    assert len(messages) == 2


async def test_a_refused_item_of_an_album_is_said_and_the_rest_kept(
    telegram: TelegramServer, received: Received, database: Database
) -> None:
    telegram.participant(42).sends_album([JPEG, ZIP, JPEG])
    kept, refused = await received()
    assert len(await kept_files(database, kept)) == 2
    assert refused.content == {"refused_file": "wrong_type"}
