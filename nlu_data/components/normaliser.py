"""One spelling for what people type: the classifier reads it, entities go on reading the text as typed.

Any text has a reading; nothing here raises.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.utils.io import read_yaml_file

from components.per_message import PerMessage

#: The attribute of a message that holds its reading.
READING = "reading"

_SCALE = r"(?:rb|ribu|rebu|k|jt|jeti|juta|jutaan|m|miliar|milyar)(?:an)?"
_MONTHS = r"(?:jan|feb|mar|apr|mei|jun|jul|agu|agt|sep|okt|nov|des)[a-z]*"
#: What is read as one word, whatever its digits; the order matters.
_SHAPES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\bpd[- ]?(?=[a-z]*\d)[a-z0-9]{6}\b"), " nomortiket "),
    (re.compile(r"\d[\d .-]*\*[\d* .-]*\d"), " nomoridentitas "),
    (re.compile(r"\b(?:kelas|kls)\s*(?:1|i|satu)\b"), " kelas satu "),
    (re.compile(r"\b(?:kelas|kls)\s*(?:2|ii|dua)\b"), " kelas dua "),
    (re.compile(r"\b(?:kelas|kls)\s*(?:3|iii|tiga|telu|tilu)\b"), " kelas tiga "),
    (re.compile(r"\b(?:tgl|tanggal|tggl)\.?\s*\d{1,2}\b|\b\d{1,2}\s*" + _MONTHS + r"\b"), " tanggal angka "),
    (re.compile(r"\brp\.?\s*\d[\d.,]*(?:\s*" + _SCALE + r"\b)?"), " jumlahuang "),
    (re.compile(r"\b\d[\d.,]*\s*" + _SCALE + r"\b"), " jumlahuang "),
    (re.compile(r"\b\d{1,3}(?:[.,]\d{3})+\b"), " jumlahuang "),
    (re.compile(r"\b([a-z]{3,})(?:2|\"|²)(?![a-z0-9])"), r"\1"),
    (re.compile(r"\d+(?:[.,:/-]\d+)*"), " angka "),
)
_REPEATED = re.compile(r"([^\W\d_])\1+")
_WORD = re.compile(r"[^\W_]+|[?!]|[^\w\s]{1,3}")


def squeezed(word: str) -> str:
    """The word with each run of a letter as one letter: "haloooo" and "hallo" as "halo"."""
    return _REPEATED.sub(r"\1", word)


@lru_cache(maxsize=1)
def spellings() -> dict[str, str]:
    """Every known way to write a word, squeezed, and the word it is read as."""
    table = read_yaml_file(Path(__file__).with_name("spelling.yml"))
    return {squeezed(form): squeezed(str(word)) for word, forms in table.items() for form in str(forms).split()}


def reading(text: str) -> str:
    """The text in one spelling: lower case, known words in one form, amounts and dates by their shape."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    for pattern, form in _SHAPES:
        plain = pattern.sub(form, plain)
    known = spellings()
    words = (squeezed(word) for word in _WORD.findall(plain))
    return " ".join(known.get(word, word) for word in words)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Normaliser(PerMessage):
    """Adds its reading to every message and every training example."""

    def change(self, message: Message) -> None:
        """Change one message."""
        message.set(READING, reading(message.get(TEXT) or ""))
