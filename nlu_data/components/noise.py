"""Adds noisy copies of the examples while training: slips of the thumb, lost vowels, openers and closers.

The data files stay as people wrote them; the same seed makes the same copies.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import read_yaml_file

#: The attribute of a noisy copy that holds the text it was made from.
SOURCE = "noise_source"
_SHORTEST = 3


@lru_cache(maxsize=1)
def habits() -> dict[str, Any]:
    """Keys, openers and closers of `noise.yml`."""
    found = read_yaml_file(Path(__file__).with_name("noise.yml"))
    assert isinstance(found, dict)
    return found


def _swapped(word: str, place: int, _: random.Random) -> str:
    return word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :]


def _lost(word: str, place: int, _: random.Random) -> str:
    return word[:place] + word[place + 1 :]


def _beside(word: str, place: int, chance: random.Random) -> str:
    key = chance.choice(habits()["neighbours"].get(word[place].lower(), word[place]))
    return word[:place] + key + word[place + 1 :]


def _doubled(word: str, place: int, _: random.Random) -> str:
    return word[: place + 1] + word[place:]


def _without_vowels(word: str, _: int, __: random.Random) -> str:
    return word[0] + "".join(letter for letter in word[1:] if letter not in "aiueo")


SLIPS: tuple[Callable[[str, int, random.Random], str], ...] = (_swapped, _lost, _beside, _doubled, _without_vowels)


def mistyped(text: str, chance: random.Random, slips: float, joined: float = 0.15) -> str:
    """The text with a slip in that share of its words, and perhaps two words typed as one."""
    words = text.split()
    for place, word in enumerate(words):
        if len(word) >= _SHORTEST and word.isalpha() and chance.random() < slips:
            words[place] = chance.choice(SLIPS)(word, chance.randrange(len(word)), chance)
    if len(words) > 2 and chance.random() < joined:
        place = chance.randrange(len(words) - 1)
        words[place : place + 2] = [words[place] + words[place + 1]]
    return " ".join(words)


def wrapped(text: str, intent: str, chance: random.Random, share: float) -> str:
    """The text with an opener, a closer, both or none; small talk stays bare."""
    if intent in habits()["bare"]:
        return text
    before = chance.choice(habits()["openers"]) if chance.random() < share else ""
    after = chance.choice(habits()["closers"]) if chance.random() < share else ""
    return f"{before} {text} {after}".strip()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class TypingNoise(GraphComponent):
    """Adds `copies` noisy copies of each example; messages pass unchanged."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Copies of each example, shares of words and of texts, and the seed."""
        return {"copies": 2, "slips": 0.2, "wrapped": 0.35, "seed": 42}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,  # noqa: ARG003 (Rasa's signature)
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> TypingNoise:
        """Make the component."""
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the copies; those that came out unchanged are left away."""
        chance = random.Random(self._config["seed"])  # noqa: S311 (noise, no secret)
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        examples.sort(key=lambda e: (e.get(INTENT), e.get(TEXT)))
        copies = [self._copy(e, chance) for _ in range(self._config["copies"]) for e in examples]
        known = {e.get(TEXT) for e in examples}
        fresh = [copy for copy in copies if copy.get(TEXT) not in known]
        return training_data.merge(TrainingData(fresh))

    def process(self, messages: list[Message]) -> list[Message]:
        """Leave messages as they are."""
        return messages

    def _copy(self, example: Message, chance: random.Random) -> Message:
        text = wrapped(example.get(TEXT), example.get(INTENT), chance, self._config["wrapped"])
        copy = Message.build(mistyped(text, chance, self._config["slips"]), example.get(INTENT))
        copy.set(SOURCE, example.get(TEXT))
        return copy
