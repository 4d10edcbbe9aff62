"""Being called by an agent: consent first, then name, number and place."""

from __future__ import annotations

from typing import Final

from dialogs.forms import Answers, Dialog, Opens, Question
from dialogs.messages import Reply
from dialogs.offers import choices, opening_choice, reply, table
from dialogs.ports import NewLead, Purpose
from dialogs.readers import name, phone, text, yes_no
from dialogs.service_hours import answers_from
from dialogs.turns import Turn
from social_security.programmes import Segment

VERSIONS: Final[dict[str, str]] = table("consents")
_LONGEST_OCCUPATION: Final = 24


def contact_choice(segment: Segment, occupation: str | None) -> str:
    """Id of the button that opens the contact form for a segment and, if it is short, an occupation."""
    fits = occupation is not None and occupation.isascii() and len(occupation) <= _LONGEST_OCCUPATION
    return f"h:contact:{segment}:{occupation}" if fits else f"h:contact:{segment}"


async def contact(turn: Turn) -> Reply | Opens:
    """Open the contact form of the button `h:contact:<segment>`, with consent first where there is none."""
    named, _, occupation = (opening_choice(turn, "h:contact:") or "").partition(":")
    known = {
        "segment": named if named in Segment.__members__ else Segment.BPU.value,
        "occupation": occupation or None,
        "version": VERSIONS["contact"],
    }
    has_consent = await turn.case.has_consent(Purpose.CONTACT)
    return Opens("contact" if has_consent else "contact_consent", known)


async def _consent_answered(turn: Turn, answers: Answers) -> Reply | Opens:
    if answers["consent"] != "yes":
        return reply(turn, "contact_consent/refused", "register", "menu")
    await turn.case.give_consent(Purpose.CONTACT, answers["version"])
    return Opens("contact", {key: answers[key] for key in ("segment", "occupation")})


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
