"""Greetings, thanks, farewells, and what does not belong here."""

from __future__ import annotations

from dataclasses import replace

from dialogs.consultation import rating
from dialogs.messages import Reply
from dialogs.offers import reply
from dialogs.turns import Turn

_LONGEST_NAME = 40


async def greet(turn: Turn) -> Reply:
    """Greet by the name the channel gave and say what can be done here."""
    name = await turn.case.display_name()
    first = " ".join((name or "").split())[:_LONGEST_NAME]
    return reply(
        turn, "small_talk/greet", "register", "calculate", "due", "pay", "benefits", "complain", "person", name=first
    )


async def thanks(turn: Turn) -> Reply:
    """You are welcome."""
    return reply(turn, "small_talk/thanks", "menu")


async def goodbye(turn: Turn) -> Reply:
    """Farewell."""
    return reply(turn, "small_talk/goodbye")


async def affirm(turn: Turn) -> Reply:
    """A "yes": the last article helped, or nothing was asked."""
    helped = _offered(turn, "r:yes:")
    if helped:
        return await rating(replace(turn, inbound=replace(turn.inbound, choice=helped)))
    return reply(turn, "small_talk/affirm", "register", "calculate", "complain", "person", "menu")


async def deny(turn: Turn) -> Reply:
    """A "no": the last article did not help, or nothing was asked."""
    not_helped = _offered(turn, "r:no:")
    if not_helped:
        return await rating(replace(turn, inbound=replace(turn.inbound, choice=not_helped)))
    return reply(turn, "small_talk/deny", "menu", "person")


async def bot_challenge(turn: Turn) -> Reply:
    """A machine, and not BPJS."""
    return reply(turn, "small_talk/bot_challenge", "person", "privacy", "menu")


async def out_of_scope(turn: Turn) -> Reply:
    """Not about social security."""
    return reply(turn, "small_talk/out_of_scope", "register", "benefits", "complain", "person", "menu")


def _offered(turn: Turn, prefix: str) -> str | None:
    return next((choice.id for choice in turn.state.choices if choice.id.startswith(prefix)), None)
