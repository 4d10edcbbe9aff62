"""What a message steers: which offered choice it picks, which command it gives, whether it asks something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dialogs.messages import Choice, Understanding
from dialogs.routing import Route
from dialogs.tables import Command, steering, thresholds
from dialogs.typed import plain


def picked(text: str, choices: Sequence[Choice]) -> str | None:
    """Id of the offered choice typed as its digit ("2", "no 2", "dua"), its title, or how only its title begins."""
    typed = plain(text)
    for choice in choices:
        if typed and typed == plain(choice.title):
            return choice.id
    number = _number(typed)
    if number is not None and 1 <= number <= len(choices):
        return choices[number - 1].id
    begun = [choice.id for choice in choices if typed and f"{plain(choice.title)} ".startswith(f"{typed} ")]
    return begun[0] if len(begun) == 1 else None


def taken_up(text: str, understanding: Understanding | None, choices: Sequence[Choice]) -> str | None:
    """Id of the offered choice that a short message takes up by what it says."""
    bare = " ".join(word for word in plain(text).split() if word not in steering().particles | steering().yes)
    is_short = len(plain(text).split()) <= thresholds().steering_words + 1
    sure = understanding if understanding and understanding.confidence >= thresholds().answer else None
    for choice in choices:
        offer = steering().taken_up.get(":".join(choice.id.split(":")[:2]))
        if offer and (bare in offer.words or (is_short and sure and sure.intent in offer.intents)):
            return choice.id
    return None


def _number(typed: str) -> int | None:
    words = [word for word in typed.split() if word not in steering().number_prefixes]
    if len(words) != 1:
        return None
    word = words[0]
    if word.isdecimal() and len(word) <= 2:
        return int(word)
    return steering().numbers.get(word)


def command_typed(text: str, *, in_form: bool) -> Command | None:
    """The command given in exactly one of its words, politeness aside."""
    typed = plain(text)
    commands = steering().commands_in_form if in_form else steering().commands
    if typed in commands:
        return commands[typed]
    bare = " ".join(word for word in typed.split() if word not in steering().particles)
    return commands.get(bare)


def handler_typed(text: str) -> str | None:
    """The handler that exactly these words, or a complaint number that is only asked about, lead to."""
    if _asks_of_number(text):
        return steering().numbered_handler
    typed = plain(text)
    bare = " ".join(word for word in typed.split() if word not in steering().particles)
    return steering().handlers.get(typed) or steering().handlers.get(bare)


def _asks_of_number(text: str) -> bool:
    rest, numbers = steering().numbered.subn(" ", text)
    return bool(numbers) and set(plain(rest).split()) <= steering().numbered_beside | steering().particles


def route_titled(text: str, routes: Iterable[Route]) -> Route | None:
    """The route whose title these words are, as menus show it, politeness and a "yes" aside."""
    typed = plain(text)
    bare = " ".join(word for word in typed.split() if word not in steering().particles | steering().yes)
    offered = (route for route in routes if route.intent not in steering().never_offered)
    return next((route for route in offered if plain(route.label) in {typed, bare}), None)


def handler_named(text: str) -> str | None:
    """The handler of a number, or of a link or registration spoken of, somewhere in the text."""
    if steering().numbered.search(text):
        return steering().numbered_handler
    return next((handler for handler, pattern in steering().spoken.items() if pattern.search(text)), None)


def command_meant(text: str, understanding: Understanding | None, *, in_story: bool) -> Command | None:
    """The command Rasa is sure of. In a story only a short message steers, or a very clear wish for a person."""
    if understanding is None or understanding.confidence < thresholds().steer:
        return None
    command = steering().intents.get(understanding.intent)
    short = len(plain(text).split()) <= thresholds().steering_words
    clear = command is Command.PERSON and understanding.confidence >= thresholds().urgent_in_form
    return command if short or clear or not in_story else None


def names_title(wanted: str, title: str) -> bool:
    """Whether "no hp saya" names the answer called "nomor hp"."""
    words = {steering().short_for.get(word, word) for word in wanted.split()} - steering().particles
    return bool(words) and words <= set(title.split())


def says_nothing(text: str) -> bool:
    """Whether an optional question is answered with "ga punya", "belum ada" or "ga punya email"."""
    words = [word for word in plain(text).split() if word not in steering().particles]
    return any(" ".join(words[:length]) in steering().nothing for length in (len(words), len(words) - 1) if length)


def is_courtesy(text: str) -> bool:
    """Whether the text only agrees or is polite, and tells nothing: "siap kang mas", "ya bener"."""
    words = plain(text).split()
    return bool(words) and not set(words) - steering().yes - steering().particles - steering().courtesies


def is_question(text: str) -> bool:
    """Whether the text reads as a question to us: it ends with "?" or begins with a question word."""
    if text.rstrip().endswith("?"):
        return True
    typed = f"{plain(text)} "
    return any(typed.startswith(f"{word} ") for word in steering().question_words)


def asks(text: str) -> bool:
    """Whether the text asks us something, wherever in it the question stands."""
    typed = f" {plain(text)} "
    if is_question(text) or any(f" {phrase} " in typed for phrase in steering().question_phrases):
        return True
    words = [word for word in typed.split() if word not in steering().particles]
    return len(words) > 1 and words[-1] in steering().question_endings
