"""When a participant wants to be nudged: so many days before, from which hour on, in which time zone; and later."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from dialogs.forms import Answers, Dialog, Opens, Question
from dialogs.messages import Reply
from dialogs.nudges import nudge_policy
from dialogs.offers import choices, opening_choice, reply
from dialogs.readers import choice_of
from dialogs.snooze import latest_snooze
from dialogs.turns import Turn

#: Days of the buttons `h:later:<days>`.
_LATER: Final = {"3": 3, "7": 7}


async def nudge_times(turn: Turn) -> Opens:  # noqa: ARG001
    """Open the choice of day and hour."""
    return Opens("nudge_times")


async def later(turn: Turn) -> Reply:
    """Stay quiet until tomorrow, or so many days as the button says, and then remind again."""
    days = opening_choice(turn, "h:later:")
    return await snooze(turn, turn.today + timedelta(days=_LATER.get(days or "", 1)))


async def snooze(turn: Turn, wanted: date) -> Reply:
    """Stay quiet until the wanted day, at the latest the due date, and then remind again of what was reminded of."""
    latest = latest_snooze(nudge_policy(), await turn.case.memberships(), turn.today)
    until = min(wanted, latest or wanted)
    again = await turn.case.rest_nudges(until)
    buttons = ("report_payment", "later_3", "later_7", "nudge_times", "turn_off")
    return reply(turn, "reminders/later", *buttons, until=until, any=again, is_nearer=until < wanted)


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
