"""Participants' photos and documents: fetched from Telegram, their kind told by content."""

from __future__ import annotations

import asyncio
from enum import StrEnum

import filetype
from telegram import Bot, Document, PhotoSize
from telegram.error import BadRequest, InvalidToken, NetworkError

from bot.inbound import LARGEST_FILE, InboundFile
from bot.telegram.words import telegram_words

ACCEPTED = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
#: Seconds to wait before each further try; then the file is given up, so that one file holds nobody up.
FURTHER_TRIES = (1.0, 3.0)
DOWNLOAD_SECONDS = 60.0


class FileRefusal(StrEnum):
    """Why a file is not kept."""

    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    EMPTY = "empty"
    UNAVAILABLE = "unavailable"


async def fetch(bot: Bot, attachment: PhotoSize | Document) -> InboundFile | FileRefusal:
    """The file of a message, or why it is not kept."""
    if (attachment.file_size or 0) > LARGEST_FILE:
        return FileRefusal.TOO_LARGE
    content = await _patiently(bot, attachment.file_id)
    return _recognised(content, attachment) if isinstance(content, bytes) else content


async def _patiently(bot: Bot, file_id: str) -> bytes | FileRefusal:
    for seconds in FURTHER_TRIES:
        try:
            return await _download(bot, file_id)
        except NetworkError:
            await asyncio.sleep(seconds)
    try:
        return await _download(bot, file_id)
    except NetworkError:
        return FileRefusal.UNAVAILABLE


async def _download(bot: Bot, file_id: str) -> bytes | FileRefusal:
    try:
        file = await bot.get_file(file_id)
    except BadRequest as refusal:
        return FileRefusal.TOO_LARGE if "too big" in refusal.message.lower() else FileRefusal.UNAVAILABLE
    try:
        return bytes(await file.download_as_bytearray(read_timeout=DOWNLOAD_SECONDS))
    except (BadRequest, InvalidToken):  # the library's word for 404: the address has expired
        return FileRefusal.UNAVAILABLE


def _recognised(content: bytes, attachment: PhotoSize | Document) -> InboundFile | FileRefusal:
    if not content:
        return FileRefusal.EMPTY
    if len(content) > LARGEST_FILE:
        return FileRefusal.TOO_LARGE
    kind = filetype.guess(content)
    if kind is None or kind.mime not in ACCEPTED:
        return FileRefusal.WRONG_TYPE
    name = attachment.file_name if isinstance(attachment, Document) else None
    return InboundFile(name or f"{telegram_words().unnamed_file}.{kind.extension}", kind.mime, content)
