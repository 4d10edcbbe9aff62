"""Registration guidance: which segment am I, what to bring, how and where; then, if wanted, a call by an agent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from dialogs.forms import Answers, Dialog, Question
from dialogs.hints import life_event, mentions, scheme_of, segment_named
from dialogs.messages import Choice, Reply
from dialogs.offers import button, choices, reply, say, table
from dialogs.readers import choice_of
from dialogs.turns import Turn
from social_security.bpu import bpu_contribution
from social_security.jkn import jkn_pbpu_contribution
from social_security.months import month_of
from social_security.programmes import Scheme, Segment

GUIDES: Final[dict[str, dict[str, Any]]] = table("segments")
_WORK: Final = {"paid": Segment.PU, "own": Segment.BPU, "project": Segment.KONSTRUKSI, "abroad": Segment.PMI}
_PAYER: Final = {"self": Segment.PBPU, "employer": Segment.PPU, "state": Segment.PBI, "unknown": Segment.PBPU}
_SYNONYMS: Final = table("synonyms")["register"]
_CARE_CLASSES: Final = (1, 2, 3)


async def _prefill(turn: Turn) -> Answers:
    known: dict[str, Any] = {}
    segment, scheme = segment_named(turn.understanding), scheme_of(turn)
    if life_event(turn) == "lahir" or mentions(turn.inbound.text, "newborn"):
        known["newborn"] = True
        scheme = scheme or Scheme.JKN
    if scheme is not None:
        known["scheme"] = scheme.value
    if segment is not None:
        table_of, question = (_WORK, "work") if segment.scheme is Scheme.BPJSTK else (_PAYER, "payer")
        known[question] = next(answer for answer, leads_to in table_of.items() if leads_to is segment)
    elif scheme is Scheme.BPJSTK and mentions(turn.inbound.text, "transport"):
        known["work"] = "own"
    return known


async def _complete(turn: Turn, answers: Answers) -> Reply:
    segments = segments_of(answers)
    if not segments:
        return reply(turn, "register/none", "person", "menu")
    guides = [_guide(turn, segment) for segment in segments]
    sources = dict.fromkeys(source for guide in guides for source in guide["sources"])
    text = say(
        turn, "register/result", guides=guides, newborn=answers.get("newborn", False), sources=list(sources)
    )
    call_me = Choice(f"h:contact:{segments[0].value}", say(turn, "contact/button"))
    needs_complaint = [button("complain")] if segments[0] in {Segment.PU, Segment.PPU} else []
    return Reply(text, (call_me, button("calculate"), *needs_complaint, button("menu")))


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


def _guide(turn: Turn, segment: Segment) -> dict[str, Any]:
    guide = GUIDES[segment.value]
    dues = guide["dues"]
    return guide | {"dues": dues and say(turn, f"register/{dues}", **_dues(turn, segment))}


def _dues(turn: Turn, segment: Segment) -> dict[str, Any]:
    month = month_of(turn.today)
    if segment is Segment.BPU:
        lowest = bpu_contribution(0, month, with_jht=False, transport=mentions(turn.inbound.text, "transport"))
        last_month = lowest.changes_on and month_of(lowest.changes_on - timedelta(days=1))
        return {"lowest": lowest, "last_month": last_month}
    if segment is Segment.PBPU:
        each = {care_class: jkn_pbpu_contribution(care_class, 1, month).total for care_class in _CARE_CLASSES}
        return {"classes": [{"care_class": care_class, "amount": amount} for care_class, amount in each.items()]}
    return {}


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
            skip_when=lambda answers: (
                answers.get("scheme") == Scheme.BPJSTK or answers.get("work") == "paid"
            ),
        ),
    ),
    complete=_complete,
    prefill=_prefill,
)
