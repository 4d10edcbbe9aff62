"""One Telegram update as the message it brings, or nothing when it brings none for us."""

from __future__ import annotations

import re
from dataclasses import replace

import phonenumbers
from telegram import Bot, CallbackQuery, Contact, Message, Update
from telegram.constants import ChatType

from bot.inbound import InboundFile, InboundMessage, clean_text
from bot.telegram.api import CHANNEL, account_id
from bot.telegram.files import FileRefusal, fetch

COMMAND = re.compile(r"/(\w+)(?:@\w+)?\s*(.*)", re.DOTALL)
#: Our buttons show the digit that can be typed instead.
BUTTON = re.compile(r"\d{1,2} · (.+)")
#: What a message can hold that nobody reads here, by the name of Telegram's field.
UNREADABLE = {
    "sticker": "sticker",
    "voice": "voice",
    "audio": "voice",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "location": "location",
    "venue": "location",
    "poll": "poll",
    "dice": "dice",
    "story": "story",
    "game": "game",
}
FOREIGN_CONTACT = "foreign_contact"
#: Start of the external id of an album's item; what follows is account, chat, album and item.
ALBUM = "album:"


async def translate(update: Update, bot: Bot) -> InboundMessage | None:
    """The message in an update, its file fetched. Its external id is the same whenever it is delivered again.

    Groups and channels are nobody's conversation; service notes and moving locations hold nothing to answer.
    """
    if update.callback_query:
        return _pressed(update.callback_query, account_id(bot))
    message = update.message or update.edited_message
    if message is None or message.from_user is None or message.chat.type != ChatType.PRIVATE:
        return None
    bare = InboundMessage(
        channel=CHANNEL,
        external_id=_external_id(update, message, account_id(bot)),
        address=str(message.chat.id),
        display_name=message.from_user.full_name,
        edited=update.edited_message is not None,
    )
    return await _filled(bare, message, bot)


def button_title(shown: str) -> str:
    """What a button says, without its digit."""
    match = BUTTON.fullmatch(shown)
    return match[1] if match else shown


async def _filled(bare: InboundMessage, message: Message, bot: Bot) -> InboundMessage | None:
    if message.text is not None:
        return _written(bare, message.text)
    if message.contact:
        return _shared(bare, message.contact, int(bare.address))
    attachment = max(message.photo, key=lambda size: size.width) if message.photo else message.document
    if attachment and not message.animation:
        return _with_file(replace(bare, text=message.caption or ""), await fetch(bot, attachment))
    kind = next((kind for field, kind in UNREADABLE.items() if getattr(message, field)), None)
    return replace(bare, unsupported=kind) if kind and not bare.edited else None


def _written(bare: InboundMessage, text: str) -> InboundMessage:
    command = COMMAND.fullmatch(text)
    if command is None:
        return replace(bare, text=button_title(text))
    name, rest = command.groups()
    if name == "start":
        return replace(bare, start=clean_text(rest) or name)
    return replace(bare, text=f"{name} {rest}".strip())


def _shared(bare: InboundMessage, contact: Contact, sender_id: int) -> InboundMessage:
    phone = _e164(contact.phone_number) if contact.user_id == sender_id else None
    return replace(bare, phone=phone) if phone else replace(bare, unsupported=FOREIGN_CONTACT)


def _e164(phone: str) -> str | None:
    try:
        number = phonenumbers.parse(f"+{phone.lstrip('+')}")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _with_file(bare: InboundMessage, fetched: InboundFile | FileRefusal) -> InboundMessage:
    if isinstance(fetched, FileRefusal):
        return replace(bare, refused_file=fetched.value)
    return replace(bare, files=(fetched,))


def _pressed(query: CallbackQuery, account: str) -> InboundMessage | None:
    if query.data is None or (query.message and query.message.chat.type != ChatType.PRIVATE):
        return None
    return InboundMessage(
        channel=CHANNEL,
        external_id=f"press:{account}:{query.id}",
        address=str(query.from_user.id),
        display_name=query.from_user.full_name,
        choice=clean_text(query.data),
        text=_pressed_title(query),
    )


def _pressed_title(query: CallbackQuery) -> str:
    markup = query.message.reply_markup if isinstance(query.message, Message) else None
    buttons = (button for row in markup.inline_keyboard for button in row) if markup else ()
    return next((button_title(button.text) for button in buttons if button.callback_data == query.data), "")


def _external_id(update: Update, message: Message, account: str) -> str:
    """Message numbers are unique in a chat for ever; a change has the update's number, which ends after a week."""
    place = f"{account}:{message.chat.id}"
    if update.edited_message:
        return f"edit:{place}:{message.message_id}:{update.update_id}"
    if message.media_group_id:
        return f"{ALBUM}{place}:{message.media_group_id}:{message.message_id}"
    return f"message:{place}:{message.message_id}"
