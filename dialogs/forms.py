"""How a dialog is declared: an ordered list of questions, and what to do when all are answered.

Words stand beside the dialog, rendered with `answers`, `labels` (each answer as it was shown) and `today`:

- `<dialog>/<question>.jinja` asks the question,
- `<dialog>/summary.jinja` shows the answers when the dialog `confirms`,
- `<dialog>/labels.jinja` has a line `question: Short title` for each question, to choose what to change, and
  `dialog: …`, how the dialog is called in a sentence.

The engine owns what dialogs have in common: interruptions, cancel, back, correct, skip, help, misses, digits.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from dialogs.messages import Choice, Inbound, Reply, Understanding

if TYPE_CHECKING:
    from dialogs.turns import Turn

Answers = Mapping[str, Any]


class Unreadable(Exception):
    """The answer cannot be read. `words` names the template that says, kindly, what is expected.

    Where half of it could, `begun` is a text that the next message may complete: "100000 sehari, berapa hari:".
    """

    def __init__(self, words: str, *, begun: str | None = None, **values: Any) -> None:
        super().__init__(words)
        self.words = words
        self.begun = begun
        self.values = values


class Reader(Protocol):
    """Reads the answer to one question into a JSON value; raises `Unreadable`.

    `today` is the participant's own date. A picked choice never comes here: its id is the answer.
    """

    def __call__(self, inbound: Inbound, understanding: Understanding | None, today: date) -> Any: ...


@dataclass(frozen=True)
class Opens:
    """A handler's, or a finished dialog's, way to open a dialog with what is already known."""

    dialog: str
    prefilled: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One question of a dialog."""

    name: str
    read: Reader
    #: Answers offered as buttons; a choice's id is the value that is stored.
    choices: tuple[Choice, ...] = ()
    #: Answers offered as buttons that follow from the answers so far.
    offers: Callable[[Answers], tuple[Choice, ...]] = lambda _: ()
    #: Whether one of `choices` is offered, after the answers so far.
    fits: Callable[[Choice, Answers], bool] = lambda choice, answers: True  # noqa: ARG005
    #: Not asked when this holds for the answers so far.
    skip_when: Callable[[Answers], bool] = lambda _: False
    #: The participant may leave it out; the answer is then None.
    optional: bool = False
    #: Any text is an answer, so only a clear question interrupts.
    free_text: bool = False
    #: A story, in which questions and corrections may stand that are not meant for us.
    tells: bool = False
    #: Told alone where something later is asked, it changes its answer ("3 juta" where a programme is chosen).
    heard_later: bool = False
    #: Offer the channel's button for sharing one's own number.
    asks_contact: bool = False
    #: The template that asks it, where several questions share one.
    words: str | None = None
    #: Judges the answer beside the others, and raises `Unreadable` where they do not go together.
    check: Callable[[Any, Answers], None] | None = None

    def offered(self, answers: Answers) -> tuple[Choice, ...]:
        """The answers offered as buttons."""
        return (*(choice for choice in self.choices if self.fits(choice, answers)), *self.offers(answers))


@dataclass(frozen=True)
class Dialog:
    """A declared dialog."""

    name: str
    questions: tuple[Question, ...]
    complete: Callable[[Turn, Answers], Awaitable[Reply | Opens]]
    #: Show the answers and ask "is this right?" before `complete`; any answer can be corrected there.
    confirms: bool = False
    #: It only works something out: it gives way where no more forms can be put aside.
    computes: bool = False
    #: Complete at once, the other questions unasked, when this holds for the answers so far.
    done_when: Callable[[Answers], bool] = lambda _: False
    #: What templates show besides the answers, worked out of them and of today.
    shows: Callable[[Answers, date], Mapping[str, Any]] | None = None
    #: Answers that follow from the message which opened the dialog, or are known: nothing is asked twice.
    prefill: Callable[[Turn], Awaitable[Answers]] | None = None
    #: What a message tells besides the answer to the open question.
    listens: Callable[[Turn], Awaitable[Answers]] | None = None

    def __post_init__(self) -> None:
        """Refuse a declaration no channel could show; raises `ValueError`."""
        names = [question.name for question in self.questions]
        if len(set(names)) < len(names) or "summary" in names:
            raise ValueError(f"{self.name}: questions need names of their own, and none is called summary")
        for question in self.questions:
            ids = [f"a:{self.name}.{question.name}:{choice.id}" for choice in question.choices]
            if len(ids) > 10 or len(set(ids)) < len(ids):
                raise ValueError(f"{self.name}.{question.name}: at most ten choices, each with its own id")
            if any(len(id_) > 64 or not id_.isascii() for id_ in ids):
                raise ValueError(f"{self.name}.{question.name}: an id has at most 64 ASCII characters")
            if any(not 0 < len(choice.title) <= 24 for choice in question.choices):
                raise ValueError(f"{self.name}.{question.name}: a title has 1 to 24 characters")

    def question(self, name: str) -> Question:
        """The question of that name; raises `KeyError`."""
        for question in self.questions:
            if question.name == name:
                return question
        raise KeyError(name)
