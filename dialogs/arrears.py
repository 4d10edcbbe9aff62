"""The arrears calculator: what brings cover back after unpaid months, with its workings and articles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from dialogs.family_size import people_in
from dialogs.forms import Answers, Dialog, Opens, Question
from dialogs.hints import care_class_named, mentions, scheme_of
from dialogs.incomes import income, income_told
from dialogs.messages import Reply
from dialogs.month_counts import months_counted
from dialogs.offers import choices, of_named_scheme, reply, segment_pressed, table
from dialogs.readers import choice_of, digits, month_count, yes_no
from dialogs.topic import segment_told
from dialogs.turns import Turn
from social_security.arrears import bpu_arrears
from social_security.confirmations import confirmation
from social_security.jkn_arrears import jkn_reactivation
from social_security.labels import line_name
from social_security.months import add_months, month_of
from social_security.programmes import Scheme, Segment

MOST_MONTHS: Final = 600
_MOST_PEOPLE: Final = 20
#: So many months unpaid, and no day of the month leaves a doubt that cover has stopped.
_SURELY_STOPPED: Final = 2
_OTHER_THAN_BEHIND: Final = ("fine", "instalments", "paid", "by_employer", "accident")
_SYNONYMS: Final = table("synonyms")
_PAYS_ALONE: Final = {Scheme.BPJSTK: Segment.BPU, Scheme.JKN: Segment.PBPU}


async def arrears(turn: Turn) -> Opens:
    """Open the calculator from the button `h:arrears:<segment>`, or from a message that speaks of arrears."""
    pressed = segment_pressed(turn, "arrears")
    return Opens("arrears", {"segment": pressed.lower()} if pressed else {})


def is_behind(turn: Turn) -> bool:
    """Whether somebody says of how many months, two or more, they have not paid their own dues."""
    text = turn.inbound.text
    if any(mentions(text, topic) for topic in _OTHER_THAN_BEHIND):
        return False
    return (mentions(text, "arrears") or mentions(text, "late")) and (months_counted(text) or 0) >= _SURELY_STOPPED


async def _prefill(turn: Turn) -> Answers:
    known = {name: turn.state.known[name] for name in ("income", "transport", "people") if name in turn.state.known}
    segment, care_class = _segment(turn), care_class_named(turn) or turn.state.known.get("care_class")
    months, money = months_counted(turn.inbound.text), income_told(turn)
    found = {"segment": segment and segment.lower(), "care_class": care_class, "months": months, "income": money}
    found["people"] = people_in(turn.inbound.text, _MOST_PEOPLE)
    return known | {name: value for name, value in found.items() if value is not None}


def _segment(turn: Turn) -> Segment | None:
    """The segment told; of a BPJS alone, the one whose members pay their own arrears."""
    scheme = scheme_of(turn)
    return segment_told(turn) or (_PAYS_ALONE[scheme] if scheme else None)


async def _complete(turn: Turn, answers: Answers) -> Reply:
    segment = Segment(answers["segment"].upper())
    if segment is Segment.PBPU:
        return _pbpu(turn, answers)
    if segment is Segment.BPU:
        return _bpu(turn, answers)
    return reply(turn, "arrears/employer", "complain", "person", "menu", segment=segment)


def _pbpu(turn: Turn, answers: Answers) -> Reply:
    months, people = answers["months"], answers["people"]
    found = jkn_reactivation(int(answers["care_class"]), people, months, month_of(turn.today))
    lines = [(line_name(item.label), item.working) for item in found.items]
    asked = {"care_class": answers["care_class"], "people": people, "months": months}
    buttons = ("pay", "report_payment", "remind", "menu")
    return reply(turn, "arrears/pbpu", *buttons, of="pbpu", found=found, lines=lines, **asked)


def _bpu(turn: Turn, answers: Answers) -> Reply:
    last_paid = add_months(month_of(turn.today), -answers["months"] - 1)
    with_jht, transport = answers["jht"] == "yes", answers["transport"] == "yes"
    found = bpu_arrears(last_paid, turn.today, answers["income"], with_jht=with_jht, transport=transport)
    open_points = [confirmation(key, turn.today) for key in found.confirmations]
    articles = list(dict.fromkeys(article for bill in found.bills for article in bill.articles))
    values: dict[str, Any] = {"months": answers["months"], "open_points": open_points, "articles": articles}
    return reply(turn, "arrears/bpu", "pay", "report_payment", "remind", "menu", of="bpu", found=found, **values)


def _unless(segment: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get("segment") != segment


def _is_employed(answers: Answers) -> bool:
    return answers.get("segment") not in {"bpu", "pbpu"}


_SEGMENTS: Final = choices("due", "segment")
_CLASSES: Final = choices("contributions", "care_class")
_TRANSPORT: Final = choices("contributions", "transport")
_JHT: Final = choices("contributions", "jht")

ARREARS: Final = Dialog(
    name="arrears",
    questions=(
        Question("segment", choice_of(_SEGMENTS, _SYNONYMS["segment"], "segment"), _SEGMENTS, fits=of_named_scheme),
        Question("months", month_count(MOST_MONTHS), skip_when=_is_employed),
        Question(
            "care_class",
            choice_of(_CLASSES, _SYNONYMS["care_class"]),
            _CLASSES,
            skip_when=_unless("pbpu"),
        ),
        Question("people", digits(1, _MOST_PEOPLE), skip_when=_unless("pbpu")),
        Question("income", income(), skip_when=_unless("bpu"), words="contributions/income"),
        Question(
            "transport",
            yes_no(_SYNONYMS["transport"]),
            _TRANSPORT,
            skip_when=_unless("bpu"),
            words="contributions/transport",
        ),
        Question("jht", yes_no(_SYNONYMS["jht"]), _JHT, skip_when=_unless("bpu"), words="contributions/jht"),
    ),
    complete=_complete,
    computes=True,
    prefill=_prefill,
    listens=_prefill,
)
