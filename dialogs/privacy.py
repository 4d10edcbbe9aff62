"""One's own data in the chat: what is kept, correcting it, withdrawing a consent, deleting everything.

Done at once, or refused with its reason and handed to a person who has 72 hours (UU 27/2022, articles 30, 32, 40, 43).
"""

from __future__ import annotations

from typing import Any, Final

from dialogs.forms import Answers, Dialog, Opens, Question
from dialogs.messages import Choice, Reply
from dialogs.offers import choices, opening_choice, reply, say, table
from dialogs.people import waits_from
from dialogs.ports import ComplaintState, ConsentFacts, HandoffReason, Purpose
from dialogs.readers import choice_of, name, phone, text, yes_no
from dialogs.turns import Turn
from dialogs.typed import plain

_TABLE: Final[dict[str, Any]] = table("privacy")
#: What is withdrawn at once; for the others a person has to look first.
_WITHDRAWN_AT_ONCE: Final = (Purpose.CONTACT, Purpose.NUDGES)


async def privacy(turn: Turn) -> Reply | Opens:
    """Do what is asked about one's own data, or say what is kept and what can be asked."""
    wish, _, of = _wish(turn).partition(":")
    match wish:
        case "delete":
            return await _delete(turn)
        case "withdraw":
            return await _withdraw(turn, of)
        case "correct":
            return Opens("privacy_correct")
        case "person":
            return await _hand_on(turn, "people/privacy")
    return await _tell(turn)


def _wish(turn: Turn) -> str:
    pressed = opening_choice(turn, "h:privacy:")
    if pressed is not None:
        return pressed
    typed = set(plain(turn.inbound.text).split())
    wish = next((wish for wish, said in _TABLE["wishes"].items() if typed & set(said)), "tell")
    if wish == "delete" and typed & set(_TABLE["contact_words"]):
        return f"withdraw:{Purpose.CONTACT}"
    return wish


async def _tell(turn: Turn) -> Reply:
    kept, consents = await turn.case.kept(), await turn.case.consents()
    shown = reply(turn, "privacy/kept", kept=kept, consents=consents, display_name=await turn.case.display_name())
    wishes = ("correct", *(("withdraw",) if consents else ()), "delete", "person")
    return Reply(shown.text, tuple(_button(turn, wish) for wish in wishes))


def _button(turn: Turn, wish: str) -> Choice:
    return Choice(f"h:privacy:{wish}", turn.words.labels("privacy")[wish.replace(":", "_")])


async def _delete(turn: Turn) -> Reply | Opens:
    complaints = await turn.case.complaints()
    at_bpjs = [facts for facts in complaints if facts.state is ComplaintState.FORWARDED]
    if at_bpjs:
        return await _hand_on(turn, "privacy/not_yet", numbers=[facts.number for facts in at_bpjs])
    return Opens("privacy_delete", {"complaints": len(complaints), "backup_days": _TABLE["backup_days"]})


async def _delete_decided(turn: Turn, answers: Answers) -> Reply:
    if answers.get("final") != "yes":
        return reply(turn, "privacy/nothing_deleted", "menu")
    await turn.case.forget()
    return reply(turn, "privacy/forgotten", backup_days=_TABLE["backup_days"])


async def _withdraw(turn: Turn, of: str) -> Reply:
    consents = await turn.case.consents()
    wanted = [facts for facts in consents if not of or facts.purpose == of]
    if not wanted:
        return reply(turn, "privacy/no_consent", "menu")
    if len(wanted) > 1:
        return _which_consent(turn, wanted)
    purpose = wanted[0].purpose
    if purpose not in _WITHDRAWN_AT_ONCE:
        return await _hand_on(turn, "privacy/withdraw_later")
    await turn.case.withdraw_consent(purpose)
    return reply(turn, "privacy/withdrawn", "menu", purpose=purpose)


def _which_consent(turn: Turn, wanted: list[ConsentFacts]) -> Reply:
    text_ = say(turn, "privacy/which_consent", consents=wanted)
    return Reply(text_, tuple(_button(turn, f"withdraw:{facts.purpose}") for facts in wanted))


async def _corrected(turn: Turn, answers: Answers) -> Reply:
    if answers["which"] == "other":
        return await _hand_on(turn, "privacy/handed_on")
    changed = await turn.case.correct_contact(name=answers.get("name"), phone=answers.get("phone"))
    return reply(turn, "privacy/corrected" if changed else "privacy/nothing_to_correct", "menu", which=answers["which"])


async def _hand_on(turn: Turn, words: str, **values: Any) -> Reply:
    await turn.case.request_person(HandoffReason.PRIVACY)
    return reply(turn, words, "menu", **waits_from(turn), **values)


def _asked_of(which: str) -> Any:
    return lambda answers: answers.get("which") != which


_SURE: Final = choices("privacy_delete", "sure")
_FINAL: Final = choices("privacy_delete", "final")
_WHICH: Final = choices("privacy_correct", "which")

PRIVACY_DELETE: Final = Dialog(
    name="privacy_delete",
    questions=(Question("sure", yes_no(), _SURE), Question("final", yes_no(), _FINAL)),
    complete=_delete_decided,
    done_when=lambda answers: answers.get("sure") == "no",
)
PRIVACY_CORRECT: Final = Dialog(
    name="privacy_correct",
    questions=(
        Question("which", choice_of(_WHICH, table("synonyms")["correct_which"]), _WHICH),
        Question("name", name(), skip_when=_asked_of("name")),
        Question("phone", phone(), skip_when=_asked_of("phone"), asks_contact=True),
        Question("other", text(5, 1_000), skip_when=_asked_of("other"), free_text=True, tells=True),
    ),
    complete=_corrected,
)
