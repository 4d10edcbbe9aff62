"""When contributions are due: of the memberships known here, or the rule of a segment with this month's date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from dialogs.arrears import is_behind
from dialogs.billing import BILLED
from dialogs.consultation import consultation, dues_of_others
from dialogs.forms import Answers, Dialog, Opens, Question
from dialogs.hints import mentions, scheme_of
from dialogs.messages import Reply
from dialogs.offers import choices, of_named_scheme, reply, segment_pressed, table
from dialogs.ports import MembershipFacts, PeriodFacts, PeriodState
from dialogs.readers import choice_of
from dialogs.topic import segment_told
from dialogs.turns import Turn
from social_security.due_dates import cover_stops_on, due_on, next_due_on
from social_security.months import month_of
from social_security.programmes import Segment

#: Asked about dues, explained by articles.
_EXPLAINED: Final = ("fine", "instalments")
_SEGMENTS: Final = choices("due", "segment")


async def due(turn: Turn) -> Reply | Opens:
    """Say what is due and when; ask for the segment only when nothing tells it."""
    pressed = segment_pressed(turn, "due")
    scheme = pressed.scheme if pressed else scheme_of(turn)
    if pressed is None and is_behind(turn):
        return Opens("arrears")
    mine = [known for known in await turn.case.memberships() if scheme in {None, known.scheme}]
    if mine:
        return _mine(turn, mine, await turn.case.periods())
    if pressed is None and any(mentions(turn.inbound.text, topic) for topic in _EXPLAINED):
        return await consultation(turn)
    if pressed is None and mentions(turn.inbound.text, "arrears"):
        return Opens("arrears")
    segment = pressed or segment_told(turn)
    return _rule(turn, segment) if segment else Opens("due", {"scheme": scheme.value} if scheme else {})


def _mine(turn: Turn, mine: Sequence[MembershipFacts], periods: Sequence[PeriodFacts]) -> Reply:
    rows = [_standing(turn.today, membership, periods) for membership in mine]
    of = mine[0].segment.lower() if len(mine) == 1 else None
    return reply(turn, "due/mine", "pay", "report_payment", "change_reminder", "menu", of=of, rows=rows)


def _standing(today: date, membership: MembershipFacts, periods: Sequence[PeriodFacts]) -> dict[str, Any]:
    """What a participant owes in a membership: the months in arrears and reported, and when cover stops."""
    months = [period for period in periods if period.scheme is membership.scheme]
    arrears = [period for period in months if period.state(today) is PeriodState.ARREARS]
    amounts = [period.amount for period in arrears if period.amount is not None]
    oldest = arrears[0].month if arrears else membership.next_month
    return {
        "membership": membership,
        "late": membership.due_on < today,
        "arrears": arrears,
        "owed": sum(amounts) if arrears and len(amounts) == len(arrears) else None,
        "reported": [period for period in months if period.state(today) is PeriodState.REPORTED],
        "stops_on": cover_stops_on(membership.segment, oldest),
    }


def _rule(turn: Turn, segment: Segment) -> Reply:
    if segment not in BILLED:
        return dues_of_others(turn, segment)
    this = due_on(segment, month_of(turn.today))
    values: dict[str, Any] = {
        "this": this,
        "coming": next_due_on(segment, turn.today),
        "stops_on": cover_stops_on(segment, this.month),
    }
    pays_alone = segment in {Segment.BPU, Segment.PBPU}
    buttons = ("pay", "remind", "calculate", "menu") if pays_alone else ("complain", "calculate", "menu")
    return reply(turn, f"due/{segment.lower()}", *buttons, of=segment.lower(), **values)


async def _complete(turn: Turn, answers: Answers) -> Reply:
    return _rule(turn, Segment(answers["segment"].upper()))


DUE: Final = Dialog(
    name="due",
    questions=(
        Question(
            "segment", choice_of(_SEGMENTS, table("synonyms")["segment"], "segment"), _SEGMENTS, fits=of_named_scheme
        ),
    ),
    complete=_complete,
)
