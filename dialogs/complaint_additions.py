"""Something added to a complaint without its number: to the one that is open, or to the one that is chosen."""

from __future__ import annotations

from typing import Final

from dialogs.complaint_followup import add_to, all_of_mine
from dialogs.complaint_states import RULES
from dialogs.complaints import title_of
from dialogs.forms import Answers, Dialog, Opens, Question
from dialogs.messages import Choice, Reply
from dialogs.offers import short
from dialogs.ports import ComplaintFacts
from dialogs.readers import choice_of
from dialogs.tables import steering
from dialogs.turns import Turn
from dialogs.typed import plain

_MOST_OFFERED: Final = 9


async def complaint_add(turn: Turn) -> Reply | Opens:
    """Add what follows "tambahan pengaduan saya:" to the open complaint; of several, ask which one."""
    going = [facts for facts in await turn.case.complaints() if not RULES[facts.state].settled]
    if not going:
        return await all_of_mine(turn)
    told = {"said": _said(turn.inbound.text), "files": [file.id for file in turn.inbound.files]}
    if len(going) == 1:
        return await _added(turn, told | {"number": going[0].number})
    return Opens("complaint_which", told | {"mine": [[one.number, _title(one)] for one in going[:_MOST_OFFERED]]})


async def _added(turn: Turn, answers: Answers) -> Reply | Opens:
    if not answers["said"] and not answers["files"]:
        return Opens("complaint_more", {"number": answers["number"]})
    return await add_to(turn, answers["number"], answers["said"], answers["files"])


def _said(text: str) -> str:
    """What stands after the words that say it is an addition; empty when there is nothing but politeness."""
    rest = steering().spoken["complaint_add"].split(text, maxsplit=1)[-1].lstrip(" :;,.-–\n").strip()
    return rest if set(plain(rest).split()) - steering().particles else ""


def _title(facts: ComplaintFacts) -> str:
    return short(" ".join(filter(None, (facts.number, title_of(facts)))))


def _mine(answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(number, title) for number, title in answers["mine"])


COMPLAINT_WHICH: Final = Dialog(
    name="complaint_which",
    questions=(Question("number", choice_of(()), offers=_mine),),
    complete=_added,
)
