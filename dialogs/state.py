"""Where a conversation stands: the row that survives restarts, releases and seven days of silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dialogs.messages import Choice, Reply


@dataclass(frozen=True)
class OpenForm:
    """A form being filled in. Answers are JSON values by question name; `asking` is the question that is open."""

    dialog: str
    asking: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    #: Names of questions in the order they were answered, for "back".
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class DialogState:
    """State of a conversation between two turns."""

    form: OpenForm | None = None
    #: What the last reply offered; a digit or a title picks one of these.
    last_reply: Reply | None = None
    #: How many times in a row the participant was not understood.
    misses: int = 0
    #: The message that waits for "which of the two did you mean", or for "Kesehatan or Ketenagakerjaan".
    pending_text: str | None = None
    #: The participant was told how their data is treated.
    privacy_told: bool = False
    last_turn_at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """The form in which the state is stored."""
        form = self.form
        return {
            "form": form
            and {
                "dialog": form.dialog,
                "asking": form.asking,
                "answers": dict(form.answers),
                "asked": list(form.asked),
            },
            "last_reply": self.last_reply and self.last_reply.to_json(),
            "misses": self.misses,
            "pending_text": self.pending_text,
            "privacy_told": self.privacy_told,
            "last_turn_at": self.last_turn_at and self.last_turn_at.isoformat(),
        }

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> DialogState:
        """The state that `to_json` stored; an empty mapping is a new conversation."""
        form, last_reply, last_turn_at = (
            stored.get("form"),
            stored.get("last_reply"),
            stored.get("last_turn_at"),
        )
        return DialogState(
            form=OpenForm(form["dialog"], form["asking"], form["answers"], tuple(form["asked"]))
            if form
            else None,
            last_reply=Reply.from_json(last_reply) if last_reply else None,
            misses=stored.get("misses", 0),
            pending_text=stored.get("pending_text"),
            privacy_told=stored.get("privacy_told", False),
            last_turn_at=datetime.fromisoformat(last_turn_at) if last_turn_at else None,
        )

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What the last reply offered."""
        return self.last_reply.choices if self.last_reply else ()
