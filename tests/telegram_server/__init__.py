"""A small server that speaks Telegram's Bot API over HTTP, written from its documentation.

It serves one bot. Its other side is for tests: `server.participant(chat_id)` writes, presses and blocks as people do.
"""

from __future__ import annotations

from .participant import Participant
from .serving import TelegramServer, serving
from .world import FIRST_UPDATE_ID, TOKEN, World

__all__ = ["FIRST_UPDATE_ID", "TOKEN", "Participant", "TelegramServer", "World", "serving"]
