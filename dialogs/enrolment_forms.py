"""The three forms of a registration: who works for themselves, a whole family card, a newborn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from dialogs.enrolment_items import WORKING_DAYS, item_title, items_of
from dialogs.enrolment_readers import RELATIONS, born, described, email, member
from dialogs.forms import Answers, Dialog, Question, Unreadable
from dialogs.incomes import income
from dialogs.messages import Reply
from dialogs.offers import choices, reply, table
from dialogs.readers import choice_of, name, phone, yes_no
from dialogs.registrations import NewRegistration, RegistrationKind
from dialogs.turns import Turn
from dialogs.typed import plain
from social_security.bpu import bpu_base, bpu_contribution
from social_security.facts import fact
from social_security.jkn import jkn_pbpu_contribution
from social_security.months import month_of
from social_security.working_days import add_working_days

MOST_MEMBERS: Final = 9
_MEMBERS: Final = tuple(f"member_{number}" for number in range(1, MOST_MEMBERS + 1))
_CARE_CLASSES: Final = ("1", "2", "3")
_SYNONYMS: Final = table("synonyms")


def members_of(answers: Answers) -> list[Mapping[str, Any]]:
    """The family members told so far."""
    return [answers[place] for place in _MEMBERS if isinstance(answers.get(place), Mapping)]


def _figures_of_bpu(answers: Answers, today: date) -> dict[str, Any]:
    shown: dict[str, Any] = {"born": _day(answers.get("born"))}
    if "income" in answers and "transport" in answers:
        month, transport = month_of(today), answers["transport"] == "yes"
        two, three = (
            bpu_contribution(answers["income"], month, with_jht=with_jht, transport=transport)
            for with_jht in (False, True)
        )
        chosen = three if answers.get("jht") == "yes" else two
        shown |= {"two": two, "three": three, "chosen": chosen, "base": bpu_base(answers["income"], month)}
    return shown


def _figures_of_family(answers: Answers, today: date) -> dict[str, Any]:
    members = members_of(answers)
    month, people = month_of(today), len(members) + 1
    sums = {each: jkn_pbpu_contribution(int(each), people, month) for each in _CARE_CLASSES}
    shown = [{**told, "born": _day(told["born"]), "relation": RELATIONS[told["relation"]]} for told in members]
    return {
        "born": _day(answers.get("born")),
        "members": shown,
        "people": people,
        "sums": sums,
        "chosen": sums.get(answers.get("care_class", "")),
    }


def _figures_of_newborn(answers: Answers, today: date) -> dict[str, Any]:
    born_on = _day(answers.get("baby_born"))
    last_day = born_on and born_on + timedelta(days=fact("jkn_newborn_days", today).amount)
    return {"born": born_on, "last_day": last_day, "late": bool(last_day and last_day < today)}


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None


def _not_twice(place: str) -> Callable[[Any, Answers], None]:
    """Notice a family member who was told at another place, or is the participant."""

    def check(told: Any, answers: Answers) -> None:
        if not isinstance(told, Mapping):
            return
        others = [answers.get(other) for other in _MEMBERS if other != place]
        for other in (answers, *others):
            if isinstance(other, Mapping) and _same(other, told):
                raise Unreadable("enrol/member_twice", name=told["name"])

    return check


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return plain(one.get("name", "")) == plain(other["name"]) and one.get("born") == other["born"]


def _completing(
    kind: RegistrationKind, details: Callable[[Answers, date], dict[str, Any]]
) -> Callable[[Turn, Answers], Any]:
    async def complete(turn: Turn, answers: Answers) -> Reply:
        told = details(answers, turn.today)
        items = items_of(kind, told.get("members", ()))
        promised_on = add_working_days(turn.today, WORKING_DAYS)
        new = NewRegistration(kind, told, items, told.get("monthly_amount"), promised_on)
        link = await turn.case.file_registration(new)
        return reply(
            turn,
            "enrol/filed",
            "form_link",
            "menu",
            link=link,
            until=link.until.astimezone(turn.now.tzinfo),
            kind=kind,
            checklist=[(item_title(item.name, item.person, told), item.required) for item in items],
            figures=_FIGURES[kind](answers, turn.today),
            working_days=WORKING_DAYS,
        )

    return complete


def _bpu_details(answers: Answers, today: date) -> dict[str, Any]:
    figures = _figures_of_bpu(answers, today)
    programmes = ["JKK", "JKM", *(["JHT"] if answers["jht"] == "yes" else [])]
    return {
        **_told(answers, "name", "born", "address", "phone", "email", "occupation", "transport", "income"),
        "base": figures["base"],
        "programmes": programmes,
        "monthly_amount": figures["chosen"].total,
    }


def _family_details(answers: Answers, today: date) -> dict[str, Any]:
    return {
        **_told(answers, "name", "born", "address", "phone", "email", "care_class"),
        "members": members_of(answers),
        "monthly_amount": _figures_of_family(answers, today)["chosen"].total,
    }


def _newborn_details(answers: Answers, today: date) -> dict[str, Any]:  # noqa: ARG001 - one signature for all
    return _told(answers, "name", "phone", "address", "baby", "baby_born")


def _told(answers: Answers, *names: str) -> dict[str, Any]:
    return {each: answers[each] for each in names if answers.get(each) is not None}


_FIGURES: Final = {
    RegistrationKind.BPU: _figures_of_bpu,
    RegistrationKind.FAMILY: _figures_of_family,
    RegistrationKind.NEWBORN: _figures_of_newborn,
}
_AGE_LIMIT: Final = "bpu_registration_age_below"
_NAME: Final = Question("name", name(), free_text=True, words="enrol/name")
_ADDRESS: Final = Question(
    "address", described("enrol/expected_address", 8, 200), free_text=True, words="enrol/address"
)
_PHONE: Final = Question("phone", phone(), asks_contact=True, words="enrol/phone")
_EMAIL: Final = Question("email", email(), optional=True, words="enrol/email")
_TRANSPORT: Final = choices("contributions", "transport")
_JHT: Final = choices("enrol_bpu", "jht")
_CLASSES: Final = choices("contributions", "care_class")


def _member_question(number: int) -> Question:
    place = f"member_{number}"
    return Question(
        place,
        member(),
        choices("enrol_family", "member_1"),
        skip_when=lambda answers: number > 1 and not isinstance(answers.get(f"member_{number - 1}"), Mapping),
        words="enrol_family/member",
        check=_not_twice(place),
        free_text=True,
    )


ENROL_BPU: Final = Dialog(
    name="enrol_bpu",
    questions=(
        _NAME,
        Question("born", born(age_limit=_AGE_LIMIT), words="enrol/born"),
        _ADDRESS,
        _PHONE,
        _EMAIL,
        Question("occupation", described("enrol/expected_occupation", 2, 80), free_text=True),
        Question("transport", yes_no(_SYNONYMS["transport"]), _TRANSPORT, words="contributions/transport"),
        Question("income", income(), words="contributions/income", heard_later=True),
        Question("jht", choice_of(_JHT, _SYNONYMS["enrol_jht"]), _JHT),
    ),
    complete=_completing(RegistrationKind.BPU, _bpu_details),
    confirms=True,
    shows=_figures_of_bpu,
)

ENROL_FAMILY: Final = Dialog(
    name="enrol_family",
    questions=(
        _NAME,
        Question("born", born(), words="enrol/born"),
        _ADDRESS,
        _PHONE,
        _EMAIL,
        *(_member_question(number) for number in range(1, MOST_MEMBERS + 1)),
        Question("care_class", choice_of(_CLASSES, _SYNONYMS["care_class"]), _CLASSES),
    ),
    complete=_completing(RegistrationKind.FAMILY, _family_details),
    confirms=True,
    shows=_figures_of_family,
)

ENROL_NEWBORN: Final = Dialog(
    name="enrol_newborn",
    questions=(
        Question("baby", name(), free_text=True),
        Question("baby_born", born(of_baby=True)),
        _NAME,
        _PHONE,
        _ADDRESS,
    ),
    complete=_completing(RegistrationKind.NEWBORN, _newborn_details),
    confirms=True,
    shows=_figures_of_newborn,
)

FORMS: Final = {
    RegistrationKind.BPU: ENROL_BPU,
    RegistrationKind.FAMILY: ENROL_FAMILY,
    RegistrationKind.NEWBORN: ENROL_NEWBORN,
}
