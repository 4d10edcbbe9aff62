"""One turn of a conversation: what the assistant gets to see, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dialogs.messages import Inbound, Reply, Understanding
from dialogs.ports import Case, HandoffReason
from dialogs.state import DialogState
from dialogs.words import Words

if TYPE_CHECKING:
    from knowledge_base.library import Library


@dataclass(frozen=True)
class Turn:
    """Everything one turn may look at. `now` is aware, in the participant's time zone."""

    inbound: Inbound
    #: None when Rasa was not asked (nothing to read) or did not answer in time.
    understanding: Understanding | None
    #: Rasa was asked and did not answer: the menu helps on.
    nlu_down: bool
    state: DialogState
    now: datetime
    case: Case
    library: Library
    words: Words
    #: A person was asked for and has not answered yet.
    waiting_for_person: bool = False
    #: Why the handler "person" is called.
    person_reason: HandoffReason = HandoffReason.ASKED

    @property
    def today(self) -> date:
        """The participant's own date."""
        return self.now.date()

    @property
    def intent(self) -> str | None:
        """What Rasa thinks the participant wants."""
        return self.understanding.intent if self.understanding else None

    def having(self, **changes: Any) -> Turn:
        """The same turn with the state changed in these fields."""
        return replace(self, state=replace(self.state, **changes))


class Decision(StrEnum):
    """What the assistant decided, kept with the message for those who look after the answers."""

    ANSWERED = "answered"
    ASKED = "asked"
    #: Two readings, because it was not sure of one.
    OFFERED = "offered"
    MENU = "menu"
    NOT_UNDERSTOOD = "not_understood"
    PERSON = "person"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What one turn leads to: one reply, the new state, and the decision with the intent it followed."""

    reply: Reply
    state: DialogState
    decision: Decision
    intent: str | None = None
    #: The participant said that the message before was not understood rightly.
    denies: bool = False
