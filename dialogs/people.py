"""A person: asked for or needed in an emergency; and when somebody answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from dialogs.hints import hospital_scheme, life_event, may_be_now, mentions, scheme_of
from dialogs.messages import Reply
from dialogs.offers import reply
from dialogs.ports import HandoffReason
from dialogs.service_hours import answers_from
from dialogs.turns import Turn
from social_security.programmes import Scheme

_WORDS: Final = {
    HandoffReason.NOT_UNDERSTOOD: "people/not_understood",
    HandoffReason.NOT_HELPED: "people/not_helped",
    HandoffReason.FAILED_TURN: "people/failed_turn",
}
#: While a request is open nobody is asked for again.
_WORDS_WAITING: Final = {
    HandoffReason.ASKED: "people/still_waiting",
    HandoffReason.NOT_UNDERSTOOD: "people/already_told",
}
_ABOUT: Final = {"death": "jkm-claim", "accident": "jkk-steps"}


async def person(turn: Turn) -> Reply:
    """Put the conversation on the waiting list and say when somebody answers."""
    await turn.case.request_person(turn.person_reason)
    words = _WORDS.get(turn.person_reason, "people/asked")
    if turn.waiting_for_person:
        words = _WORDS_WAITING.get(turn.person_reason, words)
    return reply(turn, words, "emergency", "menu", **waits_from(turn))


async def emergency(turn: Turn) -> Reply:
    """First what to do within the limits of law, then a person."""
    await turn.case.request_person(HandoffReason.EMERGENCY)
    kind = _kind(turn)
    first = reply(turn, f"people/emergency_{kind}", "complain", "claim", "menu", **waits_from(turn))
    return replace(first, about=_ABOUT.get(kind))


def waits_from(turn: Turn) -> dict[str, Any]:
    """When somebody answers, for a template."""
    return {"answers_from": answers_from(turn.now), "now": turn.now}


def _kind(turn: Turn) -> str:
    event, text = life_event(turn), turn.inbound.text
    if event == "meninggal" or mentions(text, "died"):
        return "death"
    if event == "kecelakaan" or mentions(text, "accident"):
        return "accident"
    is_care = may_be_now(text) or hospital_scheme(text) is Scheme.JKN
    return "health" if scheme_of(turn) is Scheme.JKN or is_care else "unclear"
