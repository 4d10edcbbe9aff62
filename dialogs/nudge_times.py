"""When a participant wants to be nudged: so many days before, from which hour on, in which time zone; and later."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dialogs.forms import Answers, Dialog, Opens, Question
from dialogs.messages import Reply
from dialogs.offers import choices, reply
from dialogs.readers import choice_of
from dialogs.turns import Turn


async def nudge_times(turn: Turn) -> Opens:  # noqa: ARG001
    """Open the choice of day and hour."""
    return Opens("nudge_times")


async def later(turn: Turn) -> Reply:
    """Stay quiet until tomorrow, and then remind again of what was just reminded of."""
    until = turn.today + timedelta(days=1)
    again = await turn.case.rest_nudges(until)
    return reply(turn, "reminders/later", "report_payment", "nudge_times", "turn_off", until=until, any=again)


async def _complete(turn: Turn, answers: Answers) -> Reply:
    await turn.case.choose_nudge_times(
        int(answers["days"].removeprefix("d")), int(answers["hour"].removeprefix("h")), answers["zone"]
    )
    labels = {question.name: _title(question, answers[question.name]) for question in NUDGE_TIMES.questions}
    return reply(turn, "nudge_times/kept", "due", "turn_off", "menu", labels=labels)


def _title(question: Question, answer: str) -> str:
    return next(choice.title for choice in question.choices if choice.id == answer)


def _asked(name: str) -> Question:
    offered = choices("nudge_times", name)
    return Question(name, choice_of(offered), offered)


NUDGE_TIMES: Final = Dialog(
    name="nudge_times", questions=(_asked("days"), _asked("hour"), _asked("zone")), complete=_complete
)
