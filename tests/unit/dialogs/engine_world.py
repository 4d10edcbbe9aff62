"""A small world to talk in: three dialogs, a few handlers, and a conversation that remembers its state."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from dialogs import readers
from dialogs.engine import respond
from dialogs.forms import Answers, Dialog, Opens, Question
from dialogs.messages import Choice, Entity, FileReference, Inbound, Reply, Understanding
from dialogs.ports import Case
from dialogs.routing import Catalogue, Route, RouteKind
from dialogs.state import DialogState
from dialogs.turns import Outcome, Turn
from dialogs.words import Words
from knowledge_base.library import Library

SEGMENTS = (Choice("pu", "Karyawan"), Choice("bpu", "Usaha sendiri"), Choice("pmi", "Kerja di luar negeri"))
WORDS = Words("id", Path(__file__).parent / "templates")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
PHOTO = FileReference(id=7, name="bukti.jpg", media_type="image/jpeg", size=1_000)


class StrictCase:
    """A case on which nothing may be called that a test did not allow."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"unexpected call of Case.{name}")


@dataclass
class Done:
    """What handlers and finished dialogs were given."""

    answers: list[tuple[str, Answers]] = field(default_factory=list)
    turns: list[tuple[str, Turn]] = field(default_factory=list)

    def of(self, handler: str) -> list[Turn]:
        return [turn for name, turn in self.turns if name == handler]


def catalogue(done: Done) -> Catalogue:
    def handler(name: str, answer: Reply | Opens) -> Any:
        async def handle(turn: Turn) -> Reply | Opens:
            done.turns.append((name, turn))
            return answer

        return handle

    def completion(name: str) -> Any:
        async def complete(turn: Turn, answers: Answers) -> Reply:
            done.answers.append((name, dict(answers)))
            return Reply(f"Selesai: {name}.")

        return complete

    async def known(turn: Turn) -> Answers:
        segment = turn.understanding.entity("segment") if turn.understanding else None
        return {"segment": segment} if segment else {}

    income = Question("income", readers.amount())
    join = Dialog(
        "join",
        (
            Question("segment", readers.choice_of(SEGMENTS, {"pu": ["buruh"]}), SEGMENTS),
            replace(income, skip_when=lambda answers: answers.get("segment") != "bpu"),
            Question("name", readers.name(), free_text=True),
            Question("phone", readers.phone(), optional=True, asks_contact=True),
        ),
        completion("join"),
        confirms=True,
        prefill=known,
    )
    grievance = Dialog(
        "grievance",
        (
            Question("story", readers.text(5, 1_000), free_text=True),
            Question("evidence", readers.files(), optional=True),
        ),
        completion("grievance"),
    )
    answers: dict[str, Reply | Opens] = {
        "person": Reply("Petugas menjawab besok pukul 08.00."),
        "due": Reply("Iuran dibayar paling lambat tanggal 15.", (Choice("r:yes:due", "Membantu"),)),
        "emergency": Reply("Bawa ke rumah sakit dulu."),
        "article": Reply("Isi artikel."),
        "rating": Reply("Terima kasih atas penilaiannya."),
        "greet": Reply("Halo!"),
        "affirm": Reply("Siap."),
        "privacy": Reply("Permintaan Anda diteruskan."),
        "complain": Opens("grievance"),
    }
    return Catalogue(
        dialogs={"join": join, "calculate": Dialog("calculate", (income,), completion("calculate"), computes=True),
                 "grievance": grievance},
        handlers={name: handler(name, answer) for name, answer in answers.items()},
        routes={
            route.intent: route
            for route in (
                Route("register", "Cara mendaftar", RouteKind.DIALOG, "join"),
                Route("contribution_amount", "Hitung iuran", RouteKind.DIALOG, "calculate"),
                Route("contribution_due", "Jatuh tempo", RouteKind.HANDLER, "due", informs=True),
                Route("benefit_info", "Manfaat program", RouteKind.ARTICLE, "jht", informs=True),
                Route("complaint_file", "Buat pengaduan", RouteKind.HANDLER, "complain"),
                Route("emergency", "Keadaan darurat", RouteKind.HANDLER, "emergency", informs=True),
                Route("privacy_request", "Data pribadi saya", RouteKind.HANDLER, "privacy", informs=True),
                Route("human_agent", "Bicara dengan petugas", RouteKind.HANDLER, "person", informs=True),
                Route("greet", "Sapaan", RouteKind.HANDLER, "greet", informs=True),
                Route("affirm", "Ya", RouteKind.HANDLER, "affirm"),
                Route("cancel", "Batal", RouteKind.COMMAND, "cancel"),
            )
        },
    )  # fmt: skip


LIBRARY = Library({})


def finished(work: Coroutine[Any, Any, Outcome]) -> Outcome:
    """The result of a coroutine that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as stop:
        return cast(Outcome, stop.value)
    raise AssertionError("the engine waited for something outside")


class Talk:
    """One conversation, whose state goes through JSON between any two turns."""

    def __init__(self) -> None:
        self.done = Done()
        self.catalogue = catalogue(self.done)
        self.state = DialogState(privacy_told=True)
        self.now = MONDAY
        self.last: Outcome | None = None

    def say(self, text: str, intent: str | None = None, confidence: float = 0.95, **more: Any) -> Outcome:
        """Type a text, understood as this intent."""
        ranking, entities = more.pop("ranking", ()), more.pop("entities", ())
        read = None
        if intent:
            read = Understanding(intent, confidence, ranking, tuple(Entity(*pair) for pair in entities))
        nlu_down = more.pop("nlu_down", False)
        return self.send(Inbound(text=text, **more), read, nlu_down=nlu_down)

    def press(self, choice: str) -> Outcome:
        """Press a button."""
        return self.send(Inbound(choice=choice))

    def press_title(self, title: str) -> Outcome:
        """Press the offered button with this title."""
        return self.press(next(choice.id for choice in self.state.choices if choice.title == title))

    def send(self, inbound: Inbound, read: Understanding | None = None, *, nlu_down: bool = False) -> Outcome:
        turn = Turn(inbound, read, nlu_down, self.state, self.now, cast(Case, StrictCase()), LIBRARY, WORDS)
        outcome = finished(respond(turn, self.catalogue))
        self.state = DialogState.from_json(outcome.state.to_json())
        self.now += timedelta(minutes=1)
        self.last = outcome
        return outcome

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    @property
    def asking(self) -> str | None:
        """The open question."""
        return self.state.form.asking if self.state.form else None

    @property
    def answers(self) -> Answers:
        """The answers so far."""
        return self.state.form.answers if self.state.form else {}

    def join_until(self, question: str) -> Talk:
        """Fill the form in until this question is open."""
        self.say("mau daftar", "register")
        for answer in ("Usaha sendiri", "2 juta", "Siti Aminah", "lewati"):
            if self.asking == question:
                return self
            self.say(answer)
        assert self.asking == question
        return self
