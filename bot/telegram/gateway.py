"""Replies as Telegram messages: plain text, the choices as buttons, refusals sorted for the sender."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import MessageLimit
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channels import Attachment, Blocked, TryLater, Uncertain, Undeliverable, numbered_titles
from bot.telegram.api import CHANNEL, TokenRefused, flood_seconds
from bot.telegram.words import telegram_words
from dialogs.messages import Reply

RETRY_SECONDS = 5.0
#: When no button is longer than this, two share a row.
SHORT_TITLE = 16
#: Where a long text may be cut, best first.
SEAMS = ("\n\n", "\n", " ")
#: Refusals that mean nobody is there (any more).
NOBODY = ("chat not found", "user not found", "peer_id_invalid")
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class TelegramChannel:
    """Sends to Telegram; one of `bot.channels.Channel`."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    @property
    def name(self) -> str:
        """Name of the channel, as stored with contacts and messages."""
        return CHANNEL

    async def send(self, address: str, reply: Reply, attachments: Sequence[Attachment] = ()) -> str:
        """Send a reply, in several messages when it is long; returns the id of the last, which has the buttons.

        Its files go out before that last one, so that a message which arrived has its files.

        Raises `TryLater` (`Uncertain` when it may have gone out), `Blocked`, `Undeliverable` or `TokenRefused`.
        """
        *before, last = split(reply.text)
        with _sorted_refusals():
            for part in before:
                await self._send(address, part, None)
            for attached in attachments:
                await self._bot.send_document(int(address), InputFile(attached.content, attached.name))
            return await self._send(address, last, keyboard(reply))

    async def _send(self, address: str, text: str, markup: Keyboard | None) -> str:
        sent = await self._bot.send_message(
            int(address), text, reply_markup=markup, link_preview_options=LinkPreviewOptions(is_disabled=True)
        )
        return str(sent.message_id)


Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


def keyboard(reply: Reply) -> Keyboard:
    """The buttons of a reply.

    Only a reply keyboard can ask for the contact, and a message has one keyboard: then the choices are buttons of it
    too, whose title arrives as text. A reply without buttons takes such a keyboard away again.
    """
    titles = numbered_titles(reply)
    if reply.asks_contact:
        share = KeyboardButton(telegram_words().share_contact, request_contact=True)
        rows = [[share], *([KeyboardButton(title)] for _, title in titles)]
        return ReplyKeyboardMarkup(rows, resize_keyboard=True, one_time_keyboard=True)
    if titles:
        return InlineKeyboardMarkup(_rows([InlineKeyboardButton(title, callback_data=id_) for id_, title in titles]))
    return ReplyKeyboardRemove()


def split(text: str, longest: int = MessageLimit.MAX_TEXT_LENGTH) -> list[str]:
    """The text in parts that fit a message, cut at the end of a paragraph, else of a line or a word."""
    parts = []
    while len(text) > longest:
        cut = next((at for seam in SEAMS if (at := text.rfind(seam, 1, longest + 1)) > 0), longest)
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*(part for part in parts if part), text]


def _rows(buttons: list[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    width = 2 if all(len(button.text) <= SHORT_TITLE for button in buttons) else 1
    return [buttons[start : start + width] for start in range(0, len(buttons), width)]


@contextmanager
def _sorted_refusals() -> Iterator[None]:
    try:
        yield
    except RetryAfter as flood:
        raise TryLater(flood_seconds(flood)) from flood
    except Forbidden as refusal:
        raise Blocked(refusal.message) from refusal
    except BadRequest as refusal:
        if any(words in refusal.message.lower() for words in NOBODY):
            raise Blocked(refusal.message) from refusal
        raise Undeliverable(refusal.message) from refusal
    except InvalidToken:
        raise TokenRefused from None
    except NetworkError as trouble:
        not_sent = isinstance(trouble.__cause__, NOT_SENT)
        raise (TryLater if not_sent else Uncertain)(RETRY_SECONDS) from trouble
    except TelegramError as refusal:
        raise Undeliverable(refusal.message) from refusal
