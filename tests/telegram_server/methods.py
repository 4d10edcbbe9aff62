"""The methods of the Bot API that this server knows, each by its documented name."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from .keyboards import check_markup
from .parameters import Parameters
from .world import Chat, Json, Refused, World, bad

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LARGEST_DOWNLOAD = 20 * 1024 * 1024
LARGEST_UPLOAD = 50 * 1024 * 1024
WEBHOOK_PORTS = {None, 443, 80, 88, 8443}
CHAT_ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip

Method = Callable[[World, Parameters], object]


def get_me(world: World, _: Parameters) -> Json:
    return {
        **world.bot,
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def set_webhook(world: World, parameters: Parameters) -> bool:
    url = parameters.text("url")
    if not url:
        return delete_webhook(world, parameters)
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.port not in WEBHOOK_PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    secret = parameters.text("secret_token")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad("secret token contains unallowed characters")
    connections = parameters.number("max_connections", 40)
    if not 1 <= connections <= 100:
        raise bad("max_connections must be between 1 and 100")
    _set_allowed(world, parameters)
    world.webhook = {"url": url, "secret_token": secret, "max_connections": connections}
    world.wake()
    return True


def delete_webhook(world: World, parameters: Parameters) -> bool:
    world.webhook = None
    if parameters.flag("drop_pending_updates"):
        world.updates.clear()
    return True


def get_webhook_info(world: World, _: Parameters) -> Json:
    webhook = world.webhook or {"url": ""}
    return {
        "url": webhook["url"],
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
        "allowed_updates": world.allowed_updates,
    }


def send_message(world: World, parameters: Parameters) -> Json:
    text = parameters.text("text").strip()
    if parameters.text("parse_mode"):
        raise bad("can't parse entities: this server reads plain text only")
    if not text:
        raise bad("message text is empty")
    if len(text) > LONGEST_TEXT:
        raise bad("message is too long")
    return _send(world, parameters, {"text": text})


def send_document(world: World, parameters: Parameters) -> Json:
    upload = parameters.upload("document")
    if not upload.content:
        raise bad("file must be non-empty")
    if len(upload.content) > LARGEST_UPLOAD:
        raise Refused(413, "Request Entity Too Large")
    caption = parameters.text("caption")
    if len(caption) > LONGEST_CAPTION:
        raise bad("message caption is too long")
    file_id = world.keep_file(upload.content)
    document = {
        "file_id": file_id,
        "file_unique_id": file_id,
        "file_name": upload.name,
        "file_size": len(upload.content),
    }
    return _send(world, parameters, {"document": document, **({"caption": caption} if caption else {})})


def send_chat_action(world: World, parameters: Parameters) -> bool:
    chat = _chat(world, parameters)
    if parameters.text("action") not in CHAT_ACTIONS:
        raise bad("wrong parameter action in request")
    world.actions.append({"chat_id": chat.id, "action": parameters.text("action")})
    return True


def edit_message_reply_markup(world: World, parameters: Parameters) -> Json:
    chat = _chat(world, parameters)
    wanted = parameters.number("message_id")
    message = next((message for message in chat.messages if message["message_id"] == wanted), None)
    if message is None:
        raise bad("message to edit not found")
    markup = parameters.json("reply_markup")
    check_markup(markup)
    if message.get("reply_markup") == markup:
        raise bad("message is not modified: specified new message content and reply markup are exactly the same")
    message.pop("reply_markup", None)
    if markup:
        message["reply_markup"] = markup
    return message


def answer_callback_query(world: World, parameters: Parameters) -> bool:
    press = parameters.text("callback_query_id")
    if press not in world.presses:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if len(parameters.text("text")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    world.presses.remove(press)
    world.answered_presses.append({"id": press, "text": parameters.text("text")})
    return True


def get_file(world: World, parameters: Parameters) -> Json:
    file_id = parameters.text("file_id")
    content = world.files.get(file_id)
    if content is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(content) > LARGEST_DOWNLOAD:
        raise bad("file is too big")
    return {
        "file_id": file_id,
        "file_unique_id": file_id,
        "file_size": len(content),
        "file_path": f"documents/{file_id}",
    }


def set_my_commands(world: World, parameters: Parameters) -> bool:
    commands = parameters.json("commands")
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad("expected an Array of at most 100 commands")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands = commands
    return True


def get_my_commands(world: World, _: Parameters) -> list[Json]:
    return world.commands


def _set_allowed(world: World, parameters: Parameters) -> None:
    allowed = parameters.json("allowed_updates")
    if allowed is not None:
        world.allowed_updates = allowed


def _chat(world: World, parameters: Parameters) -> Chat:
    chat = world.chats.get(parameters.number("chat_id"))
    if chat is None:
        raise bad("chat not found")
    if chat.blocked:
        raise Refused(403, "Forbidden: bot was blocked by the user")
    if not chat.started:
        raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
    return chat


def _send(world: World, parameters: Parameters, content: Json) -> Json:
    chat = _chat(world, parameters)
    markup = parameters.json("reply_markup")
    check_markup(markup)
    world.rate.count(chat.id)
    message = {
        "message_id": world.next_message_id(),
        "from": world.bot,
        "chat": chat.as_json(),
        "date": int(time.time()),
        **content,
        **({"reply_markup": markup} if markup else {}),
    }
    chat.messages.append(message)
    # Only inline keyboards are part of the returned object.
    return {name: value for name, value in message.items() if name != "reply_markup" or "inline_keyboard" in value}


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "sendMessage": send_message,
    "sendDocument": send_document,
    "sendChatAction": send_chat_action,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "answerCallbackQuery": answer_callback_query,
    "getFile": get_file,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
}
