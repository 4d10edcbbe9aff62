"""Complaints: what happened, where, how urgent, with what evidence; a number at once; how it goes."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from dialogs.forms import Answers, Dialog, Opens, Question
from dialogs.hints import life_event, mentions, scheme_of, tells_story
from dialogs.messages import Choice, Reply
from dialogs.offers import choices, reply, table
from dialogs.ports import ComplaintFacts, HandoffReason, NewComplaint, Urgency
from dialogs.readers import choice_of, files, text, yes_no
from dialogs.service_hours import answers_from
from dialogs.turns import Turn
from social_security.programmes import Scheme
from social_security.working_days import add_working_days

_CATEGORIES: Final[dict[str, Any]] = table("complaint_categories")
_SYNONYMS: Final = table("synonyms")
_NUMBER: Final = re.compile(r"\bPD[\s-]*[0-9A-Z]{6}\b", re.IGNORECASE)
_UNKNOWN: Final = "unknown"
_MOST_LISTED: Final = 5
_LONGEST_STORY: Final = 4_000


async def complaint(turn: Turn) -> Reply | Opens:
    """Open the complaint form; what sounds like happening now is asked about first."""
    known = _told(turn)
    sounds_urgent = mentions(turn.inbound.text, "urgent") or life_event(turn) == "kecelakaan"
    return Opens("complaint_now" if sounds_urgent else "complaint", known)


def _told(turn: Turn) -> dict[str, Any]:
    known: dict[str, Any] = {}
    scheme = scheme_of(turn)
    if scheme is not None:
        known["scheme"] = scheme.value
    if tells_story(turn.inbound.text):
        known["story"] = turn.inbound.text[:_LONGEST_STORY]
    place = turn.understanding.entity("place") if turn.understanding else None
    if place and "story" in known:
        known["place"] = place
    if turn.inbound.files:
        known["evidence"] = [file.id for file in turn.inbound.files]
    return known


async def _now_answered(turn: Turn, answers: Answers) -> Reply | Opens:
    known = {key: value for key, value in answers.items() if key != "now"}
    if answers["now"] != "yes":
        return Opens("complaint", known)
    await turn.case.request_person(HandoffReason.EMERGENCY)
    story = answers.get("story")
    number = await turn.case.file_complaint(_urgent_case(turn, known)) if story else None
    return reply(
        turn,
        "complaint_now/steps",
        *(("complaint_status",) if number else ("complain",)),
        "menu",
        number=number,
        scheme=answers.get("scheme"),
        answers_from=answers_from(turn.now),
        now=turn.now,
    )


def _urgent_case(turn: Turn, known: Answers) -> NewComplaint:
    return NewComplaint(
        scheme=_scheme(known),
        category="hospital",
        story=known["story"],
        place=known.get("place"),
        urgency=Urgency.URGENT,
        file_ids=tuple(known.get("evidence", ())),
        promised_on=_promised_on(turn, _category_of(known.get("scheme"), "hospital"), Urgency.URGENT),
    )


async def _complete(turn: Turn, answers: Answers) -> Reply:
    scheme, name = answers["scheme"], _category_name(answers)
    category, urgency = _category_of(scheme, name), Urgency(answers["urgency"])
    filed = NewComplaint(
        scheme=_scheme(answers),
        category=name,
        story=answers["story"],
        place=answers.get("place"),
        urgency=urgency,
        file_ids=tuple(answers.get("evidence") or ()),
        promised_on=_promised_on(turn, category, urgency),
    )
    number = await turn.case.file_complaint(filed)
    return reply(
        turn,
        "complaint/filed",
        "complaint_status",
        "person",
        "menu",
        number=number,
        filed=filed,
        outside=category.get("outside", []),
    )


def _scheme(answers: Answers) -> Scheme | None:
    named = answers.get("scheme", _UNKNOWN)
    return None if named == _UNKNOWN else Scheme(named)


def _category_name(answers: Answers) -> str:
    name: str = answers.get(f"category_{answers['scheme']}", "other")
    return name


def _category_of(scheme: str | None, name: str) -> dict[str, Any]:
    categories = _CATEGORIES.get(scheme or "", _CATEGORIES[Scheme.BPJSTK.value])
    found: dict[str, Any] = categories.get(name, {})
    return found


def _promised_on(turn: Turn, category: dict[str, Any], urgency: Urgency) -> date:
    days = category.get("working_days", _CATEGORIES["working_days"])
    if urgency is Urgency.URGENT:
        days = min(days, _CATEGORIES["urgent_working_days"])
    return add_working_days(turn.today, days)


async def complaint_status(turn: Turn) -> Reply:
    """Say how one's own complaint goes, by its number or all of them; nothing about anybody else's."""
    number = _number_named(turn)
    if number is not None:
        found = await turn.case.complaint(number)
        if found is None:
            return reply(turn, "complaint_status/unknown", "complain", "person", "menu", number=number)
        return _standing(turn, [found])
    mine = await turn.case.complaints()
    if not mine:
        return reply(turn, "complaint_status/none", "complain", "person", "menu")
    return _standing(turn, list(mine))


def _standing(turn: Turn, found: list[ComplaintFacts]) -> Reply:
    rows = [{"facts": facts, "title": title_of(facts)} for facts in found[:_MOST_LISTED]]
    return reply(
        turn, "complaint_status/standing", "person", "complain", "menu", rows=rows, more=len(found) - len(rows)
    )


def title_of(facts: ComplaintFacts) -> str | None:
    """What a complaint is about, in the words the participant chose."""
    title: str | None = _category_of(facts.scheme, facts.category).get("title")
    return title


def _number_named(turn: Turn) -> str | None:
    named = turn.understanding.entity("ticket_number") if turn.understanding else None
    typed = _NUMBER.search(turn.inbound.text)
    return named or (typed.group() if typed else None)


def _category(scheme: Scheme) -> Question:
    offered = tuple(Choice(name, category["title"]) for name, category in _CATEGORIES[scheme.value].items())
    return Question(
        f"category_{scheme.value}",
        choice_of(offered),
        offered,
        skip_when=lambda answers: answers.get("scheme") != scheme.value,
    )


_SCHEMES: Final = choices("complaint", "scheme")
_URGENCY: Final = choices("complaint", "urgency")
_NOW: Final = choices("complaint_now", "now")

COMPLAINT_NOW: Final = Dialog(
    name="complaint_now",
    questions=(Question("now", yes_no(), _NOW),),
    complete=_now_answered,
)

COMPLAINT: Final = Dialog(
    name="complaint",
    questions=(
        Question("scheme", choice_of(_SCHEMES, _SYNONYMS["scheme_or_unknown"]), _SCHEMES),
        _category(Scheme.BPJSTK),
        _category(Scheme.JKN),
        Question("story", text(10, _LONGEST_STORY), free_text=True),
        Question("place", text(2, 300), free_text=True, optional=True),
        Question("urgency", choice_of(_URGENCY, _SYNONYMS["urgency"]), _URGENCY),
        Question("evidence", files(), optional=True),
    ),
    complete=_complete,
    confirms=True,
)
