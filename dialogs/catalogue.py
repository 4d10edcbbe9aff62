"""Everything the assistant can do, put together."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dialogs.arrears import ARREARS, arrears
from dialogs.case import case
from dialogs.complaint_additions import COMPLAINT_WHICH, complaint_add
from dialogs.complaint_followup import (
    COMPLAINT_MORE,
    COMPLAINT_REOPEN,
    complaint_more,
    complaint_reopen,
    complaint_status,
    complaint_tell,
)
from dialogs.complaints import COMPLAINT, COMPLAINT_NOW, complaint
from dialogs.consultation import WHICH_BPJS, article, beside, consultation, fraud_warning, more, not_helped, rating
from dialogs.contact import CONTACT, CONTACT_CONSENT, contact
from dialogs.contributions import CONTRIBUTIONS, calculate
from dialogs.due import DUE, due
from dialogs.enrolment import ENROL_CONSENT, enrol, form_link
from dialogs.enrolment_forms import FORMS
from dialogs.nudge_times import NUDGE_TIMES, later, nudge_times
from dialogs.payments import PAYMENT, REPORT_PAYMENT, payment, report
from dialogs.people import emergency, person
from dialogs.plain_questions import answered_by_words
from dialogs.privacy import PRIVACY_CORRECT, PRIVACY_DELETE, privacy
from dialogs.registration import REGISTER, guide
from dialogs.reminders import REMINDERS, reminders
from dialogs.routing import Catalogue, Handler, load_routes
from dialogs.small_talk import affirm, bot_challenge, deny, goodbye, greet, out_of_scope, thanks

INTENTS = Path(__file__).parent / "intents.yml"

_DIALOGS = (
    REGISTER,
    ENROL_CONSENT,
    *FORMS.values(),
    CONTACT_CONSENT,
    CONTACT,
    CONTRIBUTIONS,
    DUE,
    ARREARS,
    PAYMENT,
    REPORT_PAYMENT,
    REMINDERS,
    NUDGE_TIMES,
    COMPLAINT_NOW,
    COMPLAINT,
    COMPLAINT_MORE,
    COMPLAINT_REOPEN,
    COMPLAINT_WHICH,
    PRIVACY_DELETE,
    PRIVACY_CORRECT,
    WHICH_BPJS,
)
_HANDLERS: dict[str, Handler] = {
    "guide": guide,
    "enrol": enrol,
    "form_link": form_link,
    "contact": contact,
    "calculate": calculate,
    "due": due,
    "arrears": arrears,
    "payment": payment,
    "report": report,
    "reminders": reminders,
    "nudge_times": nudge_times,
    "later": later,
    "complaint": complaint,
    "complaint_status": complaint_status,
    "case": case,
    "complaint_more": complaint_more,
    "complaint_reopen": complaint_reopen,
    "complaint_tell": complaint_tell,
    "complaint_add": complaint_add,
    "consultation": consultation,
    "article": article,
    "more": more,
    "rating": rating,
    "not_helped": not_helped,
    "person": person,
    "emergency": emergency,
    "privacy": privacy,
    "greet": greet,
    "thanks": thanks,
    "goodbye": goodbye,
    "affirm": affirm,
    "deny": deny,
    "bot_challenge": bot_challenge,
    "out_of_scope": out_of_scope,
}


@cache
def catalogue() -> Catalogue:
    """The dialogs, handlers and routes of Pandu; raises `ValueError` for a route that leads nowhere."""
    dialogs = {dialog.name: dialog for dialog in _DIALOGS}
    routes = load_routes(INTENTS)
    return Catalogue(dialogs, _HANDLERS, routes, beside, warning=fraud_warning, plainly=answered_by_words)
