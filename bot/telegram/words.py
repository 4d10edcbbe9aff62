"""The words of the Telegram room, read from `words.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class TelegramWords:
    """What participants read in Telegram's own controls; commands with their descriptions."""

    share_contact: str
    unnamed_file: str
    commands: Mapping[str, str]


@cache
def telegram_words() -> TelegramWords:
    """The words, read once."""
    return TelegramWords(**yaml.safe_load(Path(__file__).with_name("words.yml").read_text(encoding="utf-8")))
