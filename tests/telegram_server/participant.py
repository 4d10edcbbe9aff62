"""People on the other side of the bot, as tests move them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from .keyboards import callback_buttons
from .world import Chat, Json, World


@dataclass(frozen=True)
class Participant:
    """One person with their private chat. Every method that writes returns the update it made."""

    world: World
    chat: Chat

    @property
    def messages(self) -> list[Json]:
        """What the bot sent here, oldest first."""
        return self.chat.messages

    def says(self, text: str) -> Json:
        """Write a text."""
        return self.sends(text=text)

    def starts(self, payload: str = "") -> Json:
        """Open the chat by the start button, or by a deep link with its payload."""
        return self.says(f"/start {payload}".strip())

    def sends(self, **content: Any) -> Json:
        """Send a message with any content that the Message object knows."""
        self.chat.started = True
        return self.world.add_update("message", self._message(content))

    def edits(self, update: Json, text: str) -> Json:
        """Change an earlier text."""
        return self.world.add_update(
            "edited_message", update["message"] | {"text": text, "edit_date": int(time.time())}
        )

    def presses(self, data: str, message_id: int | None = None) -> Json:
        """Press a button of the bot's latest message that has it. Raises `LookupError` when none has."""
        for message in reversed(self.messages):
            buttons = callback_buttons(message.get("reply_markup", {}))
            if message_id in {None, message["message_id"]} and data in {button["callback_data"] for button in buttons}:
                press = self.world.new_name("press")
                self.world.presses.add(press)
                content = {
                    "id": press,
                    "from": self.chat.person(),
                    "message": message,
                    "chat_instance": "1",
                    "data": data,
                }
                return self.world.add_update("callback_query", content)
        raise LookupError(f"no message has the button {data}")

    def sends_photo(self, content: bytes, caption: str = "", **more: str) -> Json:
        """Send a photo; Telegram adds smaller sizes of it."""
        sizes = [self._photo(content[: len(content) // 2], 90), self._photo(content, 1280)]
        return self.sends(photo=sizes, **({"caption": caption} if caption else {}), **more)

    def sends_document(self, content: bytes, name: str, mime: str) -> Json:
        """Send a file as it is."""
        return self.sends(document={**self._file(content), "file_name": name, "mime_type": mime})

    def sends_album(self, contents: list[bytes], caption: str = "") -> list[Json]:
        """Send several photos at once; each is an update of its own, the first has the caption."""
        album = self.world.new_name("album")
        return [
            self.sends_photo(content, caption if number == 0 else "", media_group_id=album)
            for number, content in enumerate(contents)
        ]

    def shares_contact(self, phone: str, *, own: bool = True) -> Json:
        """Share a contact card: one's own by the button, or another person's."""
        user_id = self.chat.id if own else self.chat.id + 1
        return self.sends(contact={"phone_number": phone, "first_name": self.chat.first_name, "user_id": user_id})

    def sends_sticker(self) -> Json:
        """Send a sticker."""
        kind = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self.sends(sticker={**self._file(b"sticker"), **kind})

    def sends_voice(self) -> Json:
        """Send a voice message."""
        return self.sends(voice={**self._file(b"voice"), "duration": 3})

    def sends_location(self) -> Json:
        """Send a place."""
        return self.sends(location={"latitude": -6.2, "longitude": 106.8})

    def blocks(self) -> Json:
        """Block the bot."""
        self.chat.blocked = True
        return self._becomes("member", "kicked")

    def unblocks(self) -> Json:
        """Let the bot write again."""
        self.chat.blocked = False
        return self._becomes("kicked", "member")

    def _becomes(self, old: str, new: str) -> Json:
        members = {status: self._member(status) for status in (old, new)}
        content = {"chat": self.chat.as_json(), "from": self.chat.person(), "date": int(time.time())}
        return self.world.add_update(
            "my_chat_member", {**content, "old_chat_member": members[old], "new_chat_member": members[new]}
        )

    def _member(self, status: str) -> Json:
        return {"user": self.world.bot, "status": status, **({"until_date": 0} if status == "kicked" else {})}

    def _message(self, content: Json) -> Json:
        return {
            "message_id": self.world.next_message_id(),
            "from": self.chat.person(),
            "chat": self.chat.as_json(),
            "date": int(time.time()),
            **content,
        }

    def _photo(self, content: bytes, width: int) -> Json:
        return {**self._file(content), "width": width, "height": width}

    def _file(self, content: bytes) -> Json:
        file_id = self.world.keep_file(content)
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(content)}
