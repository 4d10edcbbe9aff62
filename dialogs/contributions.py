"""The contribution calculator: which segment, on what income, and the amount with its workings and articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from dialogs.consultation import dues_of_others
from dialogs.family_size import people_in
from dialogs.forms import Answers, Dialog, Opens, Question, Reader
from dialogs.hints import care_class_named, drives, mentions, programme_named, scheme_of, segment_named
from dialogs.incomes import income, income_told
from dialogs.messages import Reply
from dialogs.offers import choices, of_named_scheme, reply, say, segment_pressed, table
from dialogs.readers import choice_of, digits, yes_no
from dialogs.topic import segment_told, spoken_scheme
from dialogs.turns import Turn
from knowledge_base.asked_month import day_asked_about
from social_security.bpu import bpu_contribution
from social_security.contributions import Contribution
from social_security.due_dates import next_due_on
from social_security.errors import NoRule, NotYetPublished
from social_security.jkn import jkn_pbpu_contribution, jkn_ppu_contribution
from social_security.months import add_months, month_of
from social_security.programmes import Programme, Scheme, Segment
from social_security.pu import pu_contribution

_SYNONYMS: Final = table("synonyms")
_RISK_GROUPS: Final = range(1, 6)
_MOST_PEOPLE: Final = 20
#: Stands for the segment of somebody who asks what both BPJS take from the wage.
WAGES: Final = "wages"
_CHANGED_IN_PASSING: Final = {"income", "jht", "care_class", "people", "month"}
_WITH_DRIVERS_NAMED: Final = {"transport": "yes", "segment": "bpu"}


async def calculate(turn: Turn) -> Opens:
    """Open the calculator from the button `h:calculate:<segment>`, `…:transport` for drivers and couriers."""
    segment = segment_pressed(turn, "calculate")
    known = {"segment": segment.lower()} if segment else {}
    if (turn.inbound.choice or "").endswith(":transport"):
        known["transport"] = "yes"
    return Opens("contributions", known)


async def _opening(turn: Turn) -> Answers:
    """What the message that opens the calculator tells; the BPJS it names narrows the segments offered."""
    scheme = scheme_of(turn)
    return {**({"scheme": scheme.value} if scheme else {}), **await _prefill(turn)}


async def _prefill(turn: Turn) -> Answers:
    known: dict[str, Any] = {}
    segment = segment_named(turn.understanding)
    if segment is not None:
        known["segment"] = segment.value.lower()
    elif drives(turn) and scheme_of(turn) is not Scheme.JKN:
        known |= _WITH_DRIVERS_NAMED
    elif mentions(turn.inbound.text, "deducted") and scheme_of(turn) is None:
        known["segment"] = WAGES
    money = income_told(turn)
    if money is not None:
        known |= {"income": money, "wage": money}
    care_class = care_class_named(turn)
    if care_class:
        known |= {"care_class": care_class, "segment": "pbpu"}
    if known.get("segment") == "pbpu" or segment_told(turn) is Segment.PBPU:
        known |= _people(turn)
    elif not known.get("segment") and spoken_scheme(turn) is Scheme.JKN and _people(turn):
        known |= _people(turn) | {"segment": "pbpu"}
    known |= _month_asked(turn)
    known |= _from_programme(turn, known)
    return _told_before(turn, known) | known


def _told_before(turn: Turn, known: dict[str, Any]) -> dict[str, Any]:
    """What the last calculation was told, where this message only changes a part of it ("kalau 4 orang?")."""
    spoken = segment_told(turn)
    goes_on = spoken is not None and known.get("segment", spoken.lower()) == turn.state.known.get("segment")
    return dict(turn.state.known) if goes_on and known.keys() & _CHANGED_IN_PASSING else {}


def _people(turn: Turn) -> dict[str, Any]:
    people = people_in(turn.inbound.text, _MOST_PEOPLE)
    return {} if people is None else {"people": people}


def _month_asked(turn: Turn) -> dict[str, Any]:
    day = day_asked_about(turn.inbound.text, turn.today)
    return {} if day == turn.today else {"month": day.isoformat()}


def _day(turn: Turn, answers: Answers) -> date:
    """The day to compute for: the month asked about, unless it has come by now."""
    asked = answers.get("month")
    return max(date.fromisoformat(asked), turn.today) if asked else turn.today


def _from_programme(turn: Turn, known: dict[str, Any]) -> dict[str, Any]:
    programme = programme_named(turn.understanding)
    found: dict[str, Any] = {}
    if programme in {Programme.JP, Programme.JKP} and "segment" not in known:
        found["segment"] = "pu"
    if mentions(turn.inbound.text, "without_jht"):
        found["jht"] = "no"
    elif programme is Programme.JHT or mentions(turn.inbound.text, "with_jht"):
        found["jht"] = "yes"
    if drives(turn):
        found["transport"] = "yes"
    return found


async def _complete(turn: Turn, answers: Answers) -> Reply | Opens:
    if answers["segment"] == "unknown":
        return Opens("register")
    compute: Callable[[Turn, Answers], Reply] = _wages
    if answers["segment"] != WAGES:
        segment = Segment(answers["segment"].upper())
        if segment not in _CALCULATIONS:
            return dues_of_others(turn, segment)
        compute = _CALCULATIONS[segment]
    try:
        return compute(turn, answers)
    except NoRule as missing:
        return reply(turn, "contributions/no_rule", "calculate", "person", "menu", on=missing.on)


def _bpu(turn: Turn, answers: Answers) -> Reply:
    transport, with_jht = answers["transport"] == "yes", answers["jht"] == "yes"
    month = month_of(_day(turn, answers))
    now = bpu_contribution(answers["income"], month, with_jht=with_jht, transport=transport)
    later = now.changes_on and bpu_contribution(
        answers["income"], now.changes_on, with_jht=with_jht, transport=transport
    )
    return _result(turn, "bpu", now, Segment.BPU, income=answers["income"], later=later)


def _pu(turn: Turn, answers: Answers) -> Reply:
    groups = _RISK_GROUPS if answers["risk"] == "unknown" else (int(answers["risk"]),)
    with_jp = True
    try:
        found = _of_groups(_day(turn, answers), answers["wage"], groups, with_jp=with_jp)
    except NotYetPublished:
        with_jp = False
        found = _of_groups(_day(turn, answers), answers["wage"], groups, with_jp=with_jp)
    return _result(
        turn,
        "pu",
        found[0],
        Segment.PU,
        wage=answers["wage"],
        dearest=found[-1],
        is_range=len(found) > 1,
        with_jp=with_jp,
    )


def _wages(turn: Turn, answers: Answers) -> Reply:
    """What both BPJS take from a wage."""
    wage, month = answers["wage"], month_of(_day(turn, answers))
    try:
        of_work, with_jp = pu_contribution(wage, month, risk_group=1), True
    except NotYetPublished:
        of_work, with_jp = pu_contribution(wage, month, risk_group=1, with_jp=False), False
    of_health = jkn_ppu_contribution(wage, month)
    return reply(
        turn,
        "contributions/wages",
        "complain",
        "benefits",
        "menu",
        wage=wage,
        lines=[line for line in (*of_work.lines, *of_health.lines) if line.worker],
        total=of_work.worker + of_health.worker,
        articles=[*of_work.articles, *of_health.articles],
        with_jp=with_jp,
    )


def _of_groups(day: date, wage: int, groups: Iterable[int], *, with_jp: bool) -> list[Contribution]:
    return [pu_contribution(wage, month_of(day), risk_group=group, with_jp=with_jp) for group in groups]


def _pbpu(turn: Turn, answers: Answers) -> Reply:
    found = jkn_pbpu_contribution(int(answers["care_class"]), answers["people"], month_of(_day(turn, answers)))
    return _result(turn, "pbpu", found, Segment.PBPU, **_only(answers, "care_class", "people"))


def _ppu(turn: Turn, answers: Answers) -> Reply:
    found = jkn_ppu_contribution(answers["wage"], month_of(_day(turn, answers)))
    return _result(turn, "ppu", found, Segment.PPU, **_only(answers, "wage"))


_CALCULATIONS: Final[dict[Segment, Callable[[Turn, Answers], Reply]]] = {
    Segment.BPU: _bpu,
    Segment.PU: _pu,
    Segment.PBPU: _pbpu,
    Segment.PPU: _ppu,
}


def _result(turn: Turn, name: str, found: Contribution, segment: Segment, **values: Any) -> Reply:
    last_month = found.changes_on and add_months(found.changes_on, -1)
    lines = say(turn, "contributions/lines", lines=found.lines)
    pays_alone = segment in {Segment.BPU, Segment.PBPU}
    buttons = ("pay", "remind", "register", "menu") if pays_alone else ("due", "complain", "menu")
    return reply(
        turn,
        f"contributions/{name}",
        *buttons,
        of=segment.lower(),
        found=found,
        lines=lines,
        last_month=last_month,
        due=next_due_on(segment, max(found.month, turn.today)),
        **values,
    )


def _only(answers: Answers, *names: str) -> dict[str, Any]:
    return {name: answers[name] for name in names}


def _unless(*segments: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get("segment") not in segments


def _choosing(question: str, segment: str, read: Reader | None = None) -> Question:
    offered = choices("contributions", question)
    reads = read or choice_of(offered, _SYNONYMS[question])
    return Question(question, reads, offered, skip_when=_unless(segment))


_SEGMENTS: Final = choices("contributions", "segment")

CONTRIBUTIONS: Final = Dialog(
    name="contributions",
    questions=(
        Question("segment", choice_of(_SEGMENTS, _SYNONYMS["segment"], "segment"), _SEGMENTS, fits=of_named_scheme),
        Question("income", income(), skip_when=_unless("bpu"), heard_later=True),
        _choosing("transport", "bpu", yes_no(_SYNONYMS["transport"])),
        _choosing("jht", "bpu", yes_no(_SYNONYMS["jht"])),
        Question("wage", income(), skip_when=_unless("pu", "ppu", WAGES), heard_later=True),
        _choosing("risk", "pu"),
        _choosing("care_class", "pbpu"),
        Question("people", digits(1, _MOST_PEOPLE), skip_when=_unless("pbpu")),
    ),
    complete=_complete,
    computes=True,
    prefill=_opening,
    listens=_prefill,
)
