"""Registration to a filed form: consent first, then what may be told in chat; the rest goes on a one-time web form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dialogs.contact import VERSIONS
from dialogs.enrolment_forms import FORMS
from dialogs.forms import Answers, Dialog, Opens, Question
from dialogs.hints import drives, mentions
from dialogs.messages import Choice, Reply
from dialogs.offers import choices, opening_choice, reply, say
from dialogs.ports import Purpose
from dialogs.readers import yes_no
from dialogs.registrations import FormLink, RegistrationKind
from dialogs.turns import Turn
from social_security.programmes import Segment

_LONGEST_OCCUPATION: Final = 24


def enrol_choices(
    turn: Turn, segment: Segment, *, newborn: bool = False, occupation: str | None = None
) -> list[Choice]:
    """The button that registers here, with a short occupation if it is known; none where others must register."""
    kind = _kind_of(segment, newborn=newborn)
    if kind is None:
        return []
    fits = occupation is not None and occupation.isascii() and len(occupation) <= _LONGEST_OCCUPATION
    id_ = f"h:enrol:{kind}:{occupation}" if fits else f"h:enrol:{kind}"
    return [Choice(id_, say(turn, "enrol/button"))]


def _kind_of(segment: Segment, *, newborn: bool) -> RegistrationKind | None:
    if segment is Segment.BPU:
        return RegistrationKind.BPU
    if segment is Segment.PBPU:
        return RegistrationKind.NEWBORN if newborn else RegistrationKind.FAMILY
    return None


#: Computing with or without it decided nothing.
_CHOSEN_ANEW: Final = {"jht"}


async def enrol(turn: Turn) -> Reply | Opens:
    """Register by the button `h:enrol:<kind>`: go on with what waits for its form, or begin, with consent first."""
    named, _, occupation = (opening_choice(turn, "h:enrol:") or "").partition(":")
    kind = RegistrationKind(named) if named in set(RegistrationKind) else RegistrationKind.BPU
    waiting = await turn.case.renew_form_link(kind)
    if waiting:
        return _link_reply(turn, waiting)
    known = {"kind": kind.value, "occupation": occupation or None}
    if await turn.case.has_consent(Purpose.REGISTRATION):
        return Opens(f"enrol_{kind}", await _known(turn, kind, known))
    return Opens("enrol_consent", known | {"version": VERSIONS["registration"]})


async def form_link(turn: Turn) -> Reply:
    """A new link to the form that waits, from the button `h:form_link`."""
    link = await turn.case.renew_form_link()
    return _link_reply(turn, link) if link else reply(turn, "enrol/no_form", "register", "menu")


def _link_reply(turn: Turn, link: FormLink) -> Reply:
    return reply(turn, "enrol/new_link", "form_link", "menu", link=link, until=link.until.astimezone(turn.now.tzinfo))


async def _consent_answered(turn: Turn, answers: Answers) -> Reply | Opens:
    if answers["consent"] != "yes":
        return reply(turn, "enrol_consent/refused", "register", "menu")
    await turn.case.give_consent(Purpose.REGISTRATION, answers["version"])
    kind = RegistrationKind(answers["kind"])
    return Opens(f"enrol_{kind}", await _known(turn, kind, answers))


async def _known(turn: Turn, kind: RegistrationKind, told: Mapping[str, Any]) -> dict[str, Any]:
    """What need not be asked: told at an earlier registration, as a contact, or to the calculator."""
    known = {**turn.state.known, **await turn.case.known_person()}
    if told.get("occupation"):
        known["occupation"] = told["occupation"]
    if drives(turn) or mentions(known.get("occupation") or "", "transport"):
        known["transport"] = "yes"
    asked = {question.name for question in FORMS[kind].questions} - _CHOSEN_ANEW
    return {answer: value for answer, value in known.items() if answer in asked}


ENROL_CONSENT: Final = Dialog(
    name="enrol_consent",
    questions=(Question("consent", yes_no(), choices("enrol_consent", "consent")),),
    complete=_consent_answered,
)
