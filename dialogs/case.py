"""One's own case in one message: requests, complaints, payments and what is due next, each with its state and date."""

from __future__ import annotations

from typing import Final

from dialogs.complaint_states import RULES
from dialogs.complaints import title_of
from dialogs.messages import Reply
from dialogs.offers import reply
from dialogs.ports import ComplaintFacts, PeriodFacts, PeriodState
from dialogs.registrations import OPEN_STATES
from dialogs.turns import Turn

_MOST_LISTED: Final = 3
_MOST_REGISTRATIONS: Final = 2


async def case(turn: Turn) -> Reply:
    """Say everything that is under way for this participant, or that nothing is."""
    complaints = sorted(await turn.case.complaints(), key=_is_settled)
    memberships, leads = await turn.case.memberships(), await turn.case.leads()
    registrations = await turn.case.registrations()
    if not (complaints or memberships or leads or registrations):
        return reply(turn, "case/none", "register", "complain", "remind", "menu")
    return reply(
        turn,
        "case/standing",
        *(("form_link",) if any(each.state in OPEN_STATES for each in registrations) else ()),
        *(("complaint_status",) if complaints else ()),
        *(("due",) if memberships else ()),
        "person",
        "menu",
        complaints=[{"facts": facts, "title": title_of(facts)} for facts in complaints[:_MOST_LISTED]],
        more=max(len(complaints) - _MOST_LISTED, 0),
        memberships=memberships,
        reported=await _reported(turn),
        leads=leads[:_MOST_LISTED],
        registrations=registrations[:_MOST_REGISTRATIONS],
    )


def _is_settled(complaint: ComplaintFacts) -> bool:
    return RULES[complaint.state].settled


async def _reported(turn: Turn) -> list[PeriodFacts]:
    """The latest months said to be paid that nobody has checked yet."""
    periods = await turn.case.periods()
    return [period for period in periods if period.state(turn.today) is PeriodState.REPORTED][-_MOST_LISTED:]
