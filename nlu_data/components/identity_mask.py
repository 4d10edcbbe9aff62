"""Stars the middle of identity numbers before anything learns, answers or logs them. Lengths stay, so positions do."""

from __future__ import annotations

import re

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from components.per_message import PerMessage

#: 13 digits or more (JKN card 13, NIK and KK 16), also in groups.
_LONG = re.compile(r"\d(?:[ .-]?\d){12,}")
_AMOUNTS = re.compile(r"\d{1,3}(?:\.\d{3})+(?: \d{1,3}(?:\.\d{3})+)*")
_DIGIT = re.compile(r"\d")
_SHOWN = 4


def mask(text: str) -> str:
    """The text with each identity number as "3273********0001"; amounts beside each other stay as they are."""
    return _LONG.sub(_starred, text)


def _starred(found: re.Match[str]) -> str:
    number = found[0]
    if _AMOUNTS.fullmatch(number):
        return number
    places = [digit.start() for digit in _DIGIT.finditer(number)]
    hidden = set(places[_SHOWN:-_SHOWN])
    return "".join("*" if place in hidden else character for place, character in enumerate(number))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class IdentityMask(PerMessage):
    """Masks the text of every message and of every training example; stands first in the pipeline."""

    def change(self, message: Message) -> None:
        """Change one message."""
        message.set(TEXT, mask(message.get(TEXT) or ""), add_to_output=True)
