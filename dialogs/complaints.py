"""Filing a complaint: what, where, when, who, how urgent, with what evidence; its number and promised date at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

from dialogs.consultation import fraud_warning
from dialogs.forms import Answers, Dialog, Opens, Question
from dialogs.hints import (
    contains,
    hospital_scheme,
    is_over,
    life_event,
    may_be_now,
    refused_now,
    scheme_of,
    tells_story,
)
from dialogs.messages import Choice, Reply
from dialogs.offers import choices, reply, say, table
from dialogs.ports import ComplaintFacts, HandoffReason, NewComplaint, Urgency
from dialogs.readers import choice_of, files, text, yes_no
from dialogs.service_hours import answers_from
from dialogs.topic import shown_scheme
from dialogs.turns import Turn
from social_security.programmes import Scheme
from social_security.working_days import add_working_days

_CATEGORIES: Final[dict[str, Any]] = table("complaint_categories")
_SYNONYMS: Final = table("synonyms")
#: Entities of the first message that answer a question.
_TOLD_BY: Final = {"place": "place", "date": "happened"}
_UNKNOWN: Final = "unknown"
LONGEST_STORY: Final = 4_000


async def complaint(turn: Turn) -> Reply | Opens:
    """Open the complaint form; a fraud is warned of first, and what sounds like happening now is asked about."""
    warning = fraud_warning(turn)
    if warning:
        return warning
    known = _told(turn)
    sounds_urgent = may_be_now(turn.inbound.text) or life_event(turn) == "kecelakaan"
    return Opens("complaint_now" if sounds_urgent or _is_now(known) else "complaint", known)


def _told(turn: Turn) -> dict[str, Any]:
    shown = None if refused_now(turn.inbound.text) else shown_scheme(turn)
    scheme = scheme_of(turn) or shown or hospital_scheme(turn.inbound.text)
    known: dict[str, Any] = {"scheme": scheme.value} if scheme else {}
    known |= _story_in(turn.inbound.text, scheme)
    for entity, question in _TOLD_BY.items():
        told = turn.understanding.entity(entity) if turn.understanding else None
        if told and "story" in known:
            known[question] = told
    if turn.inbound.files:
        known["evidence"] = [file.id for file in turn.inbound.files]
    return known


async def _heard(turn: Turn) -> Answers:
    """The story, told where something else was asked."""
    if turn.state.form is None:
        return {}
    answered = turn.state.form.answers.get("scheme")
    named = scheme_of(turn) or hospital_scheme(turn.inbound.text)
    scheme = Scheme(answered) if answered in set(Scheme) else named
    story = _story_in(turn.inbound.text, scheme)
    if not story or scheme is None or answered:
        return story
    return story | {"scheme": scheme.value}


def _story_in(text: str, scheme: Scheme | None) -> dict[str, Any]:
    """The story a message tells, what it is about, and whether it happens now."""
    if refused_now(text):
        now = {"now": "yes"}
    elif tells_story(text):
        now = {"now": "no"} if is_over(text) and not may_be_now(text) else {}
    else:
        return {}
    return now | _category_in(text, scheme) | {"story": text[:LONGEST_STORY]}


def _category_in(story: str, scheme: Scheme | None) -> dict[str, str]:
    """What a story is about, where its words leave one category of that BPJS, or of each while it is not known."""
    found = {}
    for each in [scheme] if scheme else Scheme:
        told = [name for name, words in _words(each).items() if contains(story, words)]
        if len(told) == 1:
            found[f"category_{each}"] = told[0]
    return found


def _words(scheme: Scheme) -> dict[str, list[str]]:
    return {name: category.get("words", []) for name, category in _CATEGORIES[scheme.value].items()}


async def _now_answered(turn: Turn, answers: Answers) -> Reply | Opens:
    return await _happening_now(turn, answers) if _is_now(answers) else Opens("complaint", answers)


def _is_now(answers: Answers) -> bool:
    return answers.get("now") == "yes"


async def _happening_now(turn: Turn, answers: Answers) -> Reply:
    """What to do at once, a person, and a number; the rest can be told later."""
    await turn.case.request_person(HandoffReason.EMERGENCY)
    scheme = answers.get("scheme")
    name = _category_name(answers, "hospital")
    filed = _new_complaint(turn, answers, name, Urgency.URGENT)
    number = await turn.case.file_complaint(filed)
    said = reply(
        turn,
        "complaint_now/steps",
        "complaint_status",
        "menu",
        number=number,
        promised_on=filed.promised_on,
        told=bool(filed.story),
        place=filed.place,
        scheme=scheme,
        answers_from=answers_from(turn.now),
        now=turn.now,
    )
    return replace(said, choices=(tell_button(turn, number), *said.choices))


def add_button(turn: Turn, number: str) -> Choice:
    """The button with which something is added to that complaint."""
    return Choice(f"h:complaint_more:{number}", say(turn, "complaint_more/button"))


def tell_button(turn: Turn, number: str) -> Choice:
    """The same button where what is typed next is added, too."""
    return Choice(f"h:complaint_tell:{number}", say(turn, "complaint_more/button"))


def promise_again(today: date, scheme: str | None, category: str) -> date:
    """Until when there is word of a complaint that is opened again today."""
    return _promised_on(today, _category_of(scheme, category), Urgency.NORMAL)


def outside_of(facts: ComplaintFacts) -> list[str]:
    """The paths outside that fit a complaint."""
    paths: list[str] = _category_of(facts.scheme, facts.category).get("outside", [])
    return paths


def title_of(facts: ComplaintFacts) -> str | None:
    """What a complaint is about, in the words the participant chose."""
    title: str | None = _category_of(facts.scheme, facts.category).get("title")
    return title


async def _complete(turn: Turn, answers: Answers) -> Reply:
    if _is_now(answers):
        return await _happening_now(turn, answers)
    name = _category_name(answers, "other")
    filed = _new_complaint(turn, answers, name, Urgency(answers["urgency"]))
    number = await turn.case.file_complaint(filed)
    return reply(
        turn,
        "complaint/filed",
        "complaint_status",
        "person",
        "menu",
        number=number,
        filed=filed,
        outside=_category_of(answers["scheme"], name).get("outside", []),
    )


def _new_complaint(turn: Turn, answers: Answers, name: str, urgency: Urgency) -> NewComplaint:
    category = _category_of(answers.get("scheme"), name)
    return NewComplaint(
        scheme=_scheme(answers),
        category=name,
        story=answers.get("story") or "",
        place=answers.get("place"),
        happened=answers.get("happened"),
        involved=answers.get("involved"),
        urgency=urgency,
        file_ids=tuple(answers.get("evidence") or ()),
        promised_on=_promised_on(turn.today, category, urgency),
    )


def _scheme(answers: Answers) -> Scheme | None:
    named = answers.get("scheme", _UNKNOWN)
    return None if named == _UNKNOWN else Scheme(named)


def _category_name(answers: Answers, otherwise: str) -> str:
    name: str = answers.get(f"category_{answers.get('scheme')}", otherwise)
    return name


def _category_of(scheme: str | None, name: str) -> dict[str, Any]:
    categories = _CATEGORIES.get(scheme or "", _CATEGORIES[Scheme.BPJSTK.value])
    found: dict[str, Any] = categories.get(name, {})
    return found


def _may_be_now(answers: Answers) -> bool:
    """Whether the category is one in which somebody may be at the hospital at this moment."""
    return bool(_category_of(answers.get("scheme"), _category_name(answers, "other")).get("now", False))


def _promised_on(today: date, category: dict[str, Any], urgency: Urgency) -> date:
    days = category.get("working_days", _CATEGORIES["working_days"])
    if urgency is Urgency.URGENT:
        days = min(days, _CATEGORIES["urgent_working_days"])
    return add_working_days(today, days)


def _category(scheme: Scheme) -> Question:
    offered = tuple(Choice(name, category["title"]) for name, category in _CATEGORIES[scheme.value].items())
    return Question(
        f"category_{scheme.value}",
        choice_of(offered, _words(scheme)),
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
        Question("now", yes_no(), _NOW, skip_when=lambda answers: not _may_be_now(answers)),
        Question("story", text(10, LONGEST_STORY), free_text=True, tells=True),
        Question("place", text(2, 300), free_text=True, optional=True),
        Question("happened", text(2, 200), free_text=True, optional=True),
        Question("involved", text(2, 300), free_text=True, optional=True),
        Question("urgency", choice_of(_URGENCY, _SYNONYMS["urgency"]), _URGENCY),
        Question("evidence", files(), optional=True),
    ),
    complete=_complete,
    confirms=True,
    done_when=_is_now,
    listens=_heard,
)
