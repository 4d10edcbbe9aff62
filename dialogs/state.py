"""Where a conversation stands: the row that survives restarts, releases and seven days of silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from dialogs.messages import Choice, Entity, FileReference, Reply


@dataclass(frozen=True)
class OpenForm:
    """A form being filled in. Answers are JSON values by question; `asking` is the open question."""

    dialog: str
    asking: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    #: Names of questions in the order they were answered, for "back".
    asked: tuple[str, ...] = ()
    #: Files sent before the question they belong to; that question takes them.
    files: tuple[FileReference, ...] = ()
    #: Answers of which only half was told, by question; the next message may complete them.
    begun: Mapping[str, str] = field(default_factory=dict)
    #: How many other topics in a row were answered beside it.
    beside: int = field(default=0, compare=False)

    def to_json(self) -> dict[str, Any]:
        """The form in which a form is stored."""
        return {
            "dialog": self.dialog,
            "asking": self.asking,
            "answers": dict(self.answers),
            "asked": list(self.asked),
            "files": [asdict(file) for file in self.files],
            "begun": dict(self.begun),
            "beside": self.beside,
        }

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> OpenForm:
        """The form that `to_json` stored."""
        return OpenForm(
            dialog=stored["dialog"],
            asking=stored["asking"],
            answers=stored["answers"],
            asked=tuple(stored["asked"]),
            files=tuple(FileReference(**file) for file in stored.get("files", ())),
            begun=stored.get("begun", {}),
            beside=stored.get("beside", 0),
        )


@dataclass(frozen=True)
class DialogState:
    """State of a conversation between two turns."""

    form: OpenForm | None = None
    #: Forms put aside with their answers, the last one first to be taken up again.
    parked: tuple[OpenForm, ...] = ()
    #: What the last reply offered; a digit or a title picks one of these.
    last_reply: Reply | None = None
    #: How many times in a row the participant was not understood.
    misses: int = 0
    #: The message that waits for "which of the two did you mean", with what Rasa recognised and its files.
    pending_text: str | None = None
    pending_entities: tuple[Entity, ...] = ()
    pending_files: tuple[FileReference, ...] = ()
    #: What calculators were told and other dialogs need not ask again, such as the income.
    known: Mapping[str, Any] = field(default_factory=dict)
    #: Slug of the article shown last, while the talk may go on about it.
    article: str | None = None
    #: The participant was told how their data is treated.
    privacy_told: bool = False
    last_turn_at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """The form in which the state is stored."""
        return {
            "form": self.form and self.form.to_json(),
            "parked": [form.to_json() for form in self.parked],
            "last_reply": self.last_reply and self.last_reply.to_json(),
            "misses": self.misses,
            "pending_text": self.pending_text,
            "pending_entities": [asdict(entity) for entity in self.pending_entities],
            "pending_files": [asdict(file) for file in self.pending_files],
            "known": dict(self.known),
            "article": self.article,
            "privacy_told": self.privacy_told,
            "last_turn_at": self.last_turn_at and self.last_turn_at.isoformat(),
        }

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> DialogState:
        """The state that `to_json` stored; an empty mapping is a new conversation."""
        form, last_reply, last_turn_at = stored.get("form"), stored.get("last_reply"), stored.get("last_turn_at")
        return DialogState(
            form=OpenForm.from_json(form) if form else None,
            parked=tuple(OpenForm.from_json(parked) for parked in stored.get("parked", ())),
            last_reply=Reply.from_json(last_reply) if last_reply else None,
            misses=stored.get("misses", 0),
            pending_text=stored.get("pending_text"),
            pending_entities=tuple(Entity(**entity) for entity in stored.get("pending_entities", ())),
            pending_files=tuple(FileReference(**file) for file in stored.get("pending_files", ())),
            known=stored.get("known", {}),
            article=stored.get("article"),
            privacy_told=stored.get("privacy_told", False),
            last_turn_at=datetime.fromisoformat(last_turn_at) if last_turn_at else None,
        )

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What the last reply offered."""
        return self.last_reply.choices if self.last_reply else ()
