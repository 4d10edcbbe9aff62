"""Two requests in one message: the first is answered, the second is remembered and offered as a choice."""

from __future__ import annotations

from dataclasses import replace

from dialogs.asking import MOST_CHOICES
from dialogs.messages import Choice, Entity
from dialogs.routing import Catalogue
from dialogs.tables import thresholds
from dialogs.turns import Decision, Outcome, Turn

SECOND_REQUEST = "second_request"


def with_second_offered(turn: Turn, catalogue: Catalogue, outcome: Outcome) -> Outcome:
    """The outcome, with the other request of the message as its last choice where there is one."""
    second = _second(turn, catalogue, outcome)
    if second is None:
        return outcome
    reply, route = outcome.reply, catalogue.routes[second.value]
    offered = turn.words.say("engine/second_request", title=route.label)
    choice = Choice(f"i:{route.intent}", route.label)
    return replace(
        outcome,
        reply=replace(reply, text=f"{reply.text}\n\n{offered}", choices=(*reply.choices, choice)),
        state=replace(outcome.state, pending_text=outcome.state.pending_text or second.text),
    )


def _second(turn: Turn, catalogue: Catalogue, outcome: Outcome) -> Entity | None:
    reading = turn.understanding
    if reading is None or turn.inbound.choice or turn.inbound.edited or turn.state.form:
        return None
    if outcome.decision not in {Decision.ANSWERED, Decision.ASKED} or len(outcome.reply.choices) >= MOST_CHOICES:
        return None
    sure = (e for e in reading.entities if e.name == SECOND_REQUEST and e.confidence >= thresholds().second)
    named = next(sure, None)
    if named is None or named.value not in catalogue.routes or named.value == outcome.intent:
        return None
    already = {choice.id for choice in outcome.reply.choices}
    return None if f"i:{named.value}" in already else named
