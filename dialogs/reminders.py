"""Reminders of due dates: on with consent for one scheme at a time, off with one word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from dialogs.forms import Answers, Dialog, Opens, Question
from dialogs.hints import entity_read, mentions, scheme_of, tells_story
from dialogs.messages import Reply
from dialogs.nudge_days import day_wished, days_offered
from dialogs.nudge_times import snooze
from dialogs.nudges import nudge_policy
from dialogs.offers import choices, opening_choice, reply, segment_pressed, table
from dialogs.ports import MembershipFacts, NewMembership, Purpose
from dialogs.readers import amount, choice_of, yes_no
from dialogs.snooze import snoozed_to
from dialogs.topic import spoken_scheme
from dialogs.turns import Turn
from social_security.months import add_months, month_of
from social_security.programmes import Programme, Scheme, Segment

_SYNONYMS: Final = table("synonyms")
_VERSION: Final[str] = table("consents")["nudges"]
_SEGMENT_OF: Final = {Scheme.BPJSTK: Segment.BPU, Scheme.JKN: Segment.PBPU}
_PROGRAMMES: Final = {Segment.BPU: (Programme.JKK, Programme.JKM), Segment.PBPU: (Programme.JKN,)}
_LEAST_AMOUNT: Final = 1_000
#: From so many words on, "berhenti" may be about anything.
_BRIEF: Final = 4


async def reminders(turn: Turn) -> Reply | Opens:
    """Turn reminders off at once, move them to a day, show how they stand, or ask what to be reminded of."""
    asked = opening_choice(turn, "h:reminders:")
    if asked == "off" or (asked is None and wants_off(turn.inbound.text)):
        await turn.case.want_nudges(wanted=False)
        return reply(turn, "reminders/off", "remind_again", "menu")
    mine = await turn.case.memberships()
    if asked is None and mine and await turn.case.nudges_wanted():
        if moved := await _moved(turn, mine):
            return moved
        day = snoozed_to(turn.inbound.text, turn.today)
        if day is not None:
            return await snooze(turn, day)
        return reply(turn, "reminders/standing", "turn_off", "change_reminder", "nudge_times", "menu", mine=mine)
    pressed = segment_pressed(turn, "reminders")
    is_offered = pressed is not None and pressed in _PROGRAMMES
    return Opens("reminders", {"segment": pressed.lower()} if pressed and is_offered else {})


async def _moved(turn: Turn, mine: Sequence[MembershipFacts]) -> Reply | None:
    """Remind on the day of each month that the message names, from now on; None when it names none."""
    wish = day_wished(turn.inbound.text)
    nudged = [one for one in mine if one.segment in nudge_policy().segments and not one.sponsored]
    next_due = min(nudged, key=lambda one: one.due_on, default=None)
    own = days_offered(wish, next_due.due_on) if wish and next_due else None
    if next_due is None or own is None:
        return None
    await turn.case.choose_nudge_day(own.days)
    first_on = _first_nudge_on(next_due, turn.today, own.days)
    return reply(turn, "reminders/own_day", "nudge_times", "turn_off", "menu", own=own, first_on=first_on)


def wants_off(text: str) -> bool:
    """Whether a message about reminders wants them to stop."""
    briefly = not tells_story(text, _BRIEF) and mentions(text, "turn_off_briefly")
    return briefly or mentions(text, "turn_off")


async def _prefill(turn: Turn) -> Answers:
    known: dict[str, Any] = {"version": _VERSION, "asked_on": turn.today.isoformat()}
    scheme = scheme_of(turn) or spoken_scheme(turn)
    if scheme is not None:
        known["segment"] = _SEGMENT_OF[scheme].lower()
    money = entity_read(turn, "money", amount(_LEAST_AMOUNT))
    if money is not None:
        known["amount"] = money
    if await turn.case.has_consent(Purpose.NUDGES):
        known["consent"] = "yes"
    wish = day_wished(turn.inbound.text)
    if wish is not None:
        known["wish"] = wish
    return known


async def _complete(turn: Turn, answers: Answers) -> Reply:
    if answers["consent"] != "yes":
        return reply(turn, "reminders/refused", "due", "menu")
    if not await turn.case.has_consent(Purpose.NUDGES):
        await turn.case.give_consent(Purpose.NUDGES, answers["version"])
    segment = Segment(answers["segment"].upper())
    this_month = month_of(date.fromisoformat(answers["asked_on"]))
    kept = await turn.case.keep_membership(
        NewMembership(
            scheme=segment.scheme,
            segment=segment,
            programmes=_PROGRAMMES[segment],
            monthly_amount=answers.get("amount"),
            first_month=this_month if answers["unpaid"] == "this" else add_months(this_month, 1),
        )
    )
    await turn.case.want_nudges(wanted=True)
    own = days_offered(answers["wish"], kept.due_on) if "wish" in answers else None
    if own is not None:
        await turn.case.choose_nudge_day(own.days)
    return reply(
        turn,
        "reminders/on",
        "calculate",
        "nudge_times",
        "turn_off",
        "menu",
        of=segment.lower(),
        kept=kept,
        own=own,
        first_on=_first_nudge_on(kept, turn.today, own.days if own else None),
    )


def _first_nudge_on(kept: MembershipFacts, today: date, own_days: int | None) -> date | None:
    """The day of the first nudge that is still to come for the month to be paid."""
    steps = nudge_policy().segments[kept.segment].steps_of(own_days)
    days = (kept.due_on + timedelta(days=step.days) for step in steps)
    return min((day for day in days if day >= today), default=None)


_SEGMENTS: Final = choices("reminders", "segment")
_UNPAID: Final = choices("reminders", "unpaid")
_CONSENT: Final = choices("reminders", "consent")

REMINDERS: Final = Dialog(
    name="reminders",
    questions=(
        Question("segment", choice_of(_SEGMENTS, _SYNONYMS["segment"], "segment"), _SEGMENTS),
        Question("amount", amount(_LEAST_AMOUNT), optional=True),
        Question("unpaid", choice_of(_UNPAID, _SYNONYMS["unpaid"]), _UNPAID),
        Question("consent", yes_no(), _CONSENT),
    ),
    complete=_complete,
    prefill=_prefill,
)
