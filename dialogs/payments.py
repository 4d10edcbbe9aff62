"""How and where to pay, and the participant's word that a contribution is paid."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from dialogs.billing import MONTHS_BACK
from dialogs.consultation import dues_of_others
from dialogs.dates import months_in
from dialogs.forms import Answers, Dialog, Opens, Question, Reader, Unreadable
from dialogs.hints import entity_read, scheme_of
from dialogs.messages import Inbound, Reply, Understanding
from dialogs.offers import choices, reply, segment_pressed, table
from dialogs.readers import choice_of, files, month
from dialogs.topic import segment_told
from dialogs.turns import Turn
from social_security.due_dates import due_on
from social_security.facts import fact
from social_security.months import add_months, month_of
from social_security.programmes import Scheme, Segment

_CHANNELS: Final[dict[str, dict[str, Any]]] = table("payment_channels")
_SYNONYMS: Final = table("synonyms")
_PAY_SEGMENTS: Final = choices("payment", "segment")
_MONTHS: Final = choices("report_payment", "month")
_SCHEMES: Final = choices("report_payment", "scheme")
_PAYS_ALONE: Final = {Scheme.BPJSTK: Segment.BPU, Scheme.JKN: Segment.PBPU}


async def payment(turn: Turn) -> Reply | Opens:
    """Say how to pay for the segment told or known; ask for it only when nothing tells it."""
    segment = segment_pressed(turn, "payment") or segment_told(turn) or await _joined_segment(turn)
    return _how_to_pay(turn, segment) if segment else Opens("payment")


async def _joined_segment(turn: Turn) -> Segment | None:
    scheme = scheme_of(turn)
    mine = {known.segment for known in await turn.case.memberships() if scheme in {None, known.scheme}}
    return mine.pop() if len(mine) == 1 else None


def _how_to_pay(turn: Turn, segment: Segment) -> Reply:
    channels = _CHANNELS.get(segment.value)
    if channels is None:
        return dues_of_others(turn, segment)
    buttons = ("report_payment", "due", "remind", "person") if channels["alone"] else ("due", "complain", "menu")
    return reply(turn, f"payment/{segment.lower()}", *buttons, of=segment.lower(), channels=channels)


async def _pay_complete(turn: Turn, answers: Answers) -> Reply:
    return _how_to_pay(turn, Segment(answers["segment"].upper()))


async def report(turn: Turn) -> Opens:
    """Open the report of a payment from the button `h:report:<segment>`."""
    segment = segment_pressed(turn, "report")
    return Opens("report_payment", {"scheme": segment.scheme.value} if segment else {})


async def _report_prefill(turn: Turn) -> Answers:
    known: dict[str, Any] = {}
    mine = await turn.case.memberships()
    scheme = scheme_of(turn) or (mine[0].scheme if len(mine) == 1 else None)
    if scheme is not None:
        known["scheme"] = scheme.value
    several = _months_named(turn.inbound.text, turn.today)
    said = several or entity_read(turn, "month", month()) or entity_read(turn, "date", month())
    return known | ({"month": said} if said else {})


def _months_named(text: str, today: date) -> list[str]:
    """The months a text names together, when all of them can be paid."""
    months = months_in(text, today)
    return [one.isoformat() for one in months if len(months) > 1] if all(_can_be_paid(m, today) for m in months) else []


async def _report_complete(turn: Turn, answers: Answers) -> Reply:
    scheme, paid = Scheme(answers["scheme"]), _months_meant(answers["month"], turn.today)
    for number, one in enumerate(paid):
        await turn.case.report_payment(scheme, one, () if number else answers.get("proof") or ())
    wanted = await turn.case.nudges_wanted() and await turn.case.memberships()
    buttons = ("due", "menu") if wanted else ("remind", "menu")
    coming = due_on(_PAYS_ALONE[scheme], add_months(paid[-1], 1))
    proof = bool(answers.get("proof"))
    return reply(turn, "report_payment/kept", *buttons, scheme=scheme.value, paid=paid, proof=proof, coming=coming)


def _months_meant(answer: str | list[str], today: date) -> list[date]:
    if isinstance(answer, list):
        return [date.fromisoformat(one) for one in answer]
    relative = {"this": month_of(today), "last": add_months(month_of(today), -1)}
    return [relative.get(answer) or date.fromisoformat(answer)]


def _month_or_choice() -> Reader:
    nearby, named = choice_of(_MONTHS, _SYNONYMS["month"]), month()

    def read(inbound: Inbound, understanding: Understanding | None, today: date) -> Any:
        several = _months_named(inbound.text, today)
        if several:
            return several
        typed = inbound.text.casefold().strip()
        is_nearby = any(typed in words for words in _SYNONYMS["month"].values())
        found: str = (nearby if is_nearby else named)(inbound, understanding, today)
        if not is_nearby and not _can_be_paid(date.fromisoformat(found), today):
            raise Unreadable("report_payment/month_out_of_reach")
        return found

    return read


def _can_be_paid(paid: date, today: date) -> bool:
    """Whether a month lies among those that are asked for or may be paid ahead."""
    this_month, ahead = month_of(today), fact("bpu_most_months_prepaid", today).amount
    return add_months(this_month, -MONTHS_BACK) <= paid <= add_months(this_month, ahead)


PAYMENT: Final = Dialog(
    name="payment",
    questions=(Question("segment", choice_of(_PAY_SEGMENTS, _SYNONYMS["segment"], "segment"), _PAY_SEGMENTS),),
    complete=_pay_complete,
)

REPORT_PAYMENT: Final = Dialog(
    name="report_payment",
    questions=(
        Question("scheme", choice_of(_SCHEMES, _SYNONYMS["scheme"]), _SCHEMES),
        Question("proof", files(), optional=True),
        Question("month", _month_or_choice(), _MONTHS),
    ),
    complete=_report_complete,
    prefill=_report_prefill,
)
