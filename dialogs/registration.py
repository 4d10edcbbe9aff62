"""Registration guidance: which segment am I, what to bring, how and where; then, if wanted, a call by an agent."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any, Final

from dialogs.contact import contact_choice
from dialogs.enrolment import enrol_choices
from dialogs.forms import Answers, Dialog, Question, Unreadable
from dialogs.hints import drives, life_event, mentions, scheme_of, segment_named, trade_told
from dialogs.messages import Choice, Reply
from dialogs.offers import button, choices, reply, say, segment_pressed, table
from dialogs.readers import choice_of
from dialogs.turns import Turn
from social_security.bpu import bpu_contribution
from social_security.facts import fact
from social_security.jkn import jkn_pbpu_contribution
from social_security.months import add_months, month_of
from social_security.programmes import Scheme, Segment

_WORK: Final = {"paid": Segment.PU, "own": Segment.BPU, "project": Segment.KONSTRUKSI, "abroad": Segment.PMI}
_PAYER: Final = {"self": Segment.PBPU, "employer": Segment.PPU, "state": Segment.PBI, "unknown": Segment.PBPU}
_SYNONYMS: Final = table("synonyms")["register"]
_TOLD: Final = table("synonyms")["register_told"]
_CALCULATED: Final = {Segment.BPU, Segment.PU, Segment.PBPU, Segment.PPU}
_BY_EMPLOYER: Final = {Segment.PU, Segment.PPU}
_CARE_CLASSES: Final = (1, 2, 3)


async def _prefill(turn: Turn) -> Answers:
    known: dict[str, Any] = {}
    segment, scheme = segment_named(turn.understanding), scheme_of(turn)
    if life_event(turn) == "lahir" or mentions(turn.inbound.text, "newborn"):
        known["newborn"] = True
        scheme = scheme or Scheme.JKN
    if scheme is not None:
        known["scheme"] = scheme.value
    occupation = trade_told(turn) or (turn.understanding.entity("occupation") if turn.understanding else None)
    if occupation is not None:
        known["occupation"] = occupation
    known["transport"] = drives(turn)
    if segment is not None:
        table_of, question = (_WORK, "work") if segment.scheme is Scheme.BPJSTK else (_PAYER, "payer")
        known[question] = next(answer for answer, leads_to in table_of.items() if leads_to is segment)
    elif drives(turn):
        known["work"] = "own"
    return _told(turn) | known


def _figures(answers: Answers, today: date) -> dict[str, Any]:
    return {"newborn_days": fact("jkn_newborn_days", today).amount if answers.get("newborn") else None}


def _told(turn: Turn) -> dict[str, str]:
    """How somebody works and who pays, where the first message already says it."""
    told = {}
    for question, phrases in _TOLD.items():
        with suppress(Unreadable):
            told[question] = choice_of(choices("register", question), phrases)(turn.inbound, None, turn.today)
    return told


async def _complete(turn: Turn, answers: Answers) -> Reply:
    segments = segments_of(answers)
    if not segments:
        return reply(turn, "register/none", "register_jkn", "person", "menu")
    first, *others = segments
    if answers.get("newborn") and first.scheme is Scheme.JKN:
        return _reply(turn, first, say(turn, "register/newborn", segment=first), newborn=True)
    transport = answers.get("transport") or mentions(turn.inbound.text, "transport")
    steps = _steps(turn, first, transport=bool(transport))
    of = f"{first.lower()}:transport" if transport and first is Segment.BPU else first.lower()
    return _reply(turn, first, steps, *others, occupation=answers.get("occupation"), of=of)


async def guide(turn: Turn) -> Reply:
    """Show how one segment registers, from the button `h:guide:<segment>`."""
    segment = segment_pressed(turn, "guide") or Segment.BPU
    return _reply(turn, segment, _steps(turn, segment, transport=False))


def _reply(
    turn: Turn,
    segment: Segment,
    steps: str,
    *others: Segment,
    occupation: str | None = None,
    of: str | None = None,
    newborn: bool = False,
) -> Reply:
    here = enrol_choices(turn, segment, newborn=newborn, occupation=occupation)
    text = say(turn, "register/result", steps=steps, goes_on=bool(others), here=bool(here))
    next_guides = tuple(Choice(f"h:guide:{other}", say(turn, "register/next_guide")) for other in others)
    call_me = Choice(contact_choice(segment, occupation), say(turn, "contact/button"))
    calculate = (button("calculate", of or segment.lower()),) if segment in _CALCULATED else ()
    complain = (button("complain"),) if segment in _BY_EMPLOYER else ()
    return Reply(text, (*next_guides, *here, call_me, *calculate, *complain, button("menu")))


def segments_of(answers: Answers) -> list[Segment]:
    """The segments the answers lead to: one per BPJS asked for, none where a person cannot join."""
    wanted = answers["scheme"]
    found = []
    if wanted in {Scheme.BPJSTK, "both"} and answers.get("work") in _WORK:
        found.append(_WORK[answers["work"]])
    if wanted in {Scheme.JKN, "both"}:
        salaried = answers.get("payer") is None and answers.get("work") == "paid"
        found.append(Segment.PPU if salaried else _PAYER[answers["payer"]])
    return found


def _steps(turn: Turn, segment: Segment, *, transport: bool) -> str:
    month = month_of(turn.today)
    values: dict[str, Any] = {}
    if segment is Segment.BPU:
        values = _bpu_dues(month, transport=transport)
    elif segment is Segment.PBPU:
        values["classes"] = {
            care_class: jkn_pbpu_contribution(care_class, 1, month).total for care_class in _CARE_CLASSES
        }
    return say(turn, f"register/guides/{segment.lower()}", **values)


def _bpu_dues(month: date, *, transport: bool) -> dict[str, Any]:
    lowest = bpu_contribution(0, month, with_jht=False, transport=transport)
    of_drivers = bpu_contribution(0, month, with_jht=False, transport=True)
    is_longer = of_drivers.relief and of_drivers.changes_on != lowest.changes_on
    return {
        "lowest": lowest,
        "last_month": lowest.changes_on and add_months(lowest.changes_on, -1),
        "drivers_until": of_drivers.changes_on and add_months(of_drivers.changes_on, -1) if is_longer else None,
    }


REGISTER: Final = Dialog(
    name="register",
    questions=(
        Question(
            "scheme", choice_of(choices("register", "scheme"), _SYNONYMS["scheme"]), choices("register", "scheme")
        ),
        Question(
            "work",
            choice_of(choices("register", "work"), _SYNONYMS["work"]),
            choices("register", "work"),
            skip_when=lambda answers: answers.get("scheme") == Scheme.JKN,
        ),
        Question(
            "payer",
            choice_of(choices("register", "payer"), _SYNONYMS["payer"]),
            choices("register", "payer"),
            skip_when=lambda answers: answers.get("scheme") == Scheme.BPJSTK or answers.get("work") == "paid",
        ),
    ),
    complete=_complete,
    prefill=_prefill,
    shows=_figures,
)
