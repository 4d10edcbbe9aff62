"""Updates become stored messages: in order within a chat, several chats at once, each committed before the return."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Protocol

from procrastinate import App
from sqlalchemy import update as change
from telegram import Bot, ChatMember, ChatMemberUpdated, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.intake import take_in
from bot.telegram.albums import joined
from bot.telegram.api import CHANNEL
from bot.telegram.translate import translate
from storage.database import Database
from storage.models import Contact

log = logging.getLogger(__name__)

CHATS_AT_ONCE = 8


class Keeping(Protocol):
    """What keeping a message takes; `bot.services.Services` is one."""

    @property
    def database(self) -> Database:
        """Where messages are kept."""

    @property
    def queue(self) -> App:
        """Where turns are asked for."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """The time, zone-aware."""


async def receive(bot: Bot, keeping: Keeping, updates: Sequence[Update]) -> None:
    """Keep what the updates bring. When one cannot be kept the others still are, then its error is raised."""
    chats: dict[int, list[Update]] = {}
    for update in updates:
        chats.setdefault(_chat_id(update), []).append(update)
    room = asyncio.Semaphore(CHATS_AT_ONCE)
    outcomes = await asyncio.gather(
        *(_receive_chat(bot, keeping, chat, room) for chat in chats.values()), return_exceptions=True
    )
    for outcome in outcomes:
        if outcome is not None:
            raise outcome


def album_of(update: Update) -> str | None:
    """The album an update's photo belongs to."""
    return update.message.media_group_id if update.message else None


async def _receive_chat(bot: Bot, keeping: Keeping, updates: Iterable[Update], room: asyncio.Semaphore) -> None:
    async with room:
        for _, together in groupby(updates, key=lambda update: album_of(update) or update.update_id):
            await _receive_together(bot, keeping, list(together))


async def _receive_together(bot: Bot, keeping: Keeping, updates: list[Update]) -> None:
    """One update, or the items of one album."""
    first = updates[0]
    if first.my_chat_member:
        await _note_membership(keeping, first.my_chat_member)
    messages = [message for update in updates if (message := await translate(update, bot))]
    for message in await joined(keeping.database, messages):
        await take_in(keeping.database, keeping.queue, message, keeping.clock())
    if first.callback_query:
        await _acknowledge(bot, first.callback_query.id)


async def _note_membership(keeping: Keeping, change_of: ChatMemberUpdated) -> None:
    """A participant blocked the bot, or let it write again."""
    if change_of.chat.type != ChatType.PRIVATE:
        return
    blocked = change_of.new_chat_member.status == ChatMember.BANNED
    async with keeping.database.transaction() as session:
        await session.execute(
            change(Contact)
            .where(Contact.channel == CHANNEL, Contact.address == str(change_of.chat.id))
            .values(blocked_at=keeping.clock() if blocked else None)
        )


async def _acknowledge(bot: Bot, press_id: str) -> None:
    """Stop the button's spinning. The press is kept already, so a refusal (it is too old) changes nothing."""
    try:
        await bot.answer_callback_query(press_id)
    except TelegramError as refusal:
        log.info("A press was not acknowledged: %s", refusal.message, extra={"action": "press_not_acknowledged"})


def _chat_id(update: Update) -> int:
    return update.effective_chat.id if update.effective_chat else 0
