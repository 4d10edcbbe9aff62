"""What the server knows: chats, updates that wait, files, the webhook, and the rates it allows."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TOKEN = "1000:" + "test-token-of-nobody"
FIRST_UPDATE_ID = 7001
#: What getUpdates and setWebhook bring when nothing else was asked for.
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Refused(Exception):
    """A request that the Bot API answers with `ok: false`."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str) -> Refused:
    """The refusal of a request that is wrong in itself."""
    return Refused(400, f"Bad Request: {description}")


@dataclass
class Chat:
    """A private chat, from the bot's side."""

    id: int
    first_name: str
    started: bool = False
    blocked: bool = False
    #: What the bot sent, as Message objects of the Bot API.
    messages: list[Json] = field(default_factory=list)

    def as_json(self) -> Json:
        """The Chat object."""
        return {"id": self.id, "type": "private", "first_name": self.first_name}

    def person(self) -> Json:
        """The User object of the chat's participant."""
        return {"id": self.id, "is_bot": False, "first_name": self.first_name, "language_code": "id"}


@dataclass
class Rate:
    """How many messages a window takes, over all chats and in one; what is over gets 429."""

    overall: int = 1_000_000
    per_chat: int = 1_000_000
    window: float = 1.0
    retry_after: int = 1
    _sent: dict[int | None, deque[float]] = field(default_factory=dict)

    def count(self, chat_id: int) -> None:
        """Count one message. Raises `Refused` with `retry_after`."""
        now = time.monotonic()
        for key, most in ((None, self.overall), (chat_id, self.per_chat)):
            times = self._sent.setdefault(key, deque())
            while times and times[0] <= now - self.window:
                times.popleft()
            if len(times) >= most:
                text = f"Too Many Requests: retry after {self.retry_after}"
                raise Refused(429, text, {"retry_after": self.retry_after})
        self._sent[None].append(now)
        self._sent[chat_id].append(now)


@dataclass
class World:
    """One bot and everybody it talks to."""

    token: str = TOKEN
    chats: dict[int, Chat] = field(default_factory=dict)
    #: Updates nobody confirmed yet.
    updates: deque[Json] = field(default_factory=deque)
    files: dict[str, bytes] = field(default_factory=dict)
    #: Pressed buttons that wait for their answer.
    presses: set[str] = field(default_factory=set)
    answered_presses: list[Json] = field(default_factory=list)
    actions: list[Json] = field(default_factory=list)
    commands: list[Json] = field(default_factory=list)
    #: Parameters of setWebhook while one is set.
    webhook: Json | None = None
    allowed_updates: list[str] = field(default_factory=list)
    #: `http://` address that stands for the webhook's public host.
    tunnel: str = ""
    rate: Rate = field(default_factory=Rate)
    #: Set whenever a poller or the webhook's delivery should look again.
    news: asyncio.Event = field(default_factory=asyncio.Event)
    #: Number of the youngest getUpdates: older ones that still wait end with 409.
    polls: int = 0
    _update_ids: itertools.count[int] = field(default_factory=lambda: itertools.count(FIRST_UPDATE_ID))
    _message_ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _names: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def bot(self) -> Json:
        """The bot's User object."""
        return {
            "id": int(self.token.split(":")[0]),
            "is_bot": True,
            "first_name": "Pandu",
            "username": "pandu_test_bot",
        }

    def chat(self, chat_id: int, first_name: str = "Siti") -> Chat:
        """The chat with that participant, opened when it is new."""
        return self.chats.setdefault(chat_id, Chat(chat_id, first_name))

    def next_message_id(self) -> int:
        """A message's number, rising over all chats."""
        return next(self._message_ids)

    def new_name(self, kind: str) -> str:
        """A fresh identifier for a file, a press or an album."""
        return f"{kind}{next(self._names)}"

    def keep_file(self, content: bytes) -> str:
        """The file_id under which a content can be fetched."""
        file_id = self.new_name("file")
        self.files[file_id] = content
        return file_id

    def add_update(self, kind: str, content: Json) -> Json:
        """Queue an update, unless the bot does not want its kind."""
        update = {"update_id": next(self._update_ids), kind: content}
        wanted = kind in self.allowed_updates if self.allowed_updates else kind not in NOT_BY_DEFAULT
        if wanted:
            self.updates.append(update)
            self.wake()
        return update

    def wake(self) -> None:
        """Let everybody who waits look again."""
        self.news.set()
        self.news = asyncio.Event()

    def confirm(self, offset: int) -> None:
        """Forget the updates before the offset; a negative one keeps that many from the end."""
        if offset < 0:
            self.updates = deque(list(self.updates)[offset:])
        while self.updates and offset > 0 and self.updates[0]["update_id"] < offset:
            self.updates.popleft()

    def sent(self) -> list[Json]:
        """Everything the bot sent, in order."""
        return sorted((message for chat in self.chats.values() for message in chat.messages), key=_number)


def _number(message: Json) -> int:
    number = message["message_id"]
    assert isinstance(number, int)
    return number
