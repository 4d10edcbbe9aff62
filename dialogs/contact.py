"""Being called by an agent: consent first, then name, number and place."""

from __future__ import annotations

from typing import Final

from dialogs.forms import Answers, Dialog, Opens, Question
from dialogs.hints import mentions
from dialogs.messages import Reply
from dialogs.offers import choices, opening_choice, reply, table
from dialogs.ports import NewLead, Purpose
from dialogs.readers import name, phone, text, yes_no
from dialogs.service_hours import answers_from
from dialogs.turns import Turn
from social_security.programmes import Segment

VERSIONS: Final[dict[str, str]] = table("consents")


async def contact(turn: Turn) -> Reply | Opens:
    """Open the contact form for the segment in `h:contact:<segment>`, with consent first where there is none."""
    named = opening_choice(turn, "h:contact:")
    known = {
        "segment": named if named in Segment.__members__ else Segment.BPU.value,
        "version": VERSIONS["contact"],
    }
    if mentions(turn.inbound.text, "transport"):
        known["occupation"] = turn.inbound.text
    has_consent = await turn.case.has_consent(Purpose.CONTACT)
    return Opens("contact" if has_consent else "contact_consent", known)


async def _consent_answered(turn: Turn, answers: Answers) -> Reply | Opens:
    if answers["consent"] != "yes":
        return reply(turn, "contact_consent/refused", "register", "menu")
    await turn.case.give_consent(Purpose.CONTACT, answers["version"])
    return Opens("contact", {key: answers[key] for key in ("segment", "occupation") if key in answers})


async def _complete(turn: Turn, answers: Answers) -> Reply:
    lead = NewLead(
        name=answers["name"],
        phone=answers["phone"],
        segment=Segment(answers["segment"]),
        occupation=answers.get("occupation"),
        place=answers.get("place"),
    )
    number = await turn.case.leave_contact(lead)
    calls_from = answers_from(turn.now)
    return reply(turn, "contact/kept", "calculate", "menu", number=number, calls_from=calls_from, now=turn.now)


CONTACT_CONSENT: Final = Dialog(
    name="contact_consent",
    questions=(
        Question(
            "consent",
            yes_no(),
            choices("contact_consent", "consent"),
        ),
    ),
    complete=_consent_answered,
)

CONTACT: Final = Dialog(
    name="contact",
    questions=(
        Question("name", name(), free_text=True),
        Question("phone", phone(), asks_contact=True),
        Question("place", text(2, 80), free_text=True, optional=True),
    ),
    complete=_complete,
    confirms=True,
)
