"""What the assistant shows: the open question, the summary, the menu, and how a reply is joined to a question."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dialogs.filling import SUMMARY, answered
from dialogs.forms import Dialog, Question
from dialogs.messages import Choice, Reply
from dialogs.routing import TITLE_LENGTH, Catalogue
from dialogs.state import OpenForm
from dialogs.tables import Command, steering
from dialogs.turns import Turn

MOST_CHOICES = 10


def button(command: Command) -> Choice:
    """The choice that gives a command."""
    return Choice(f"c:{command}", steering().titles[command])


def answer_id(dialog: str, question: str, value: str) -> str:
    """Id of a choice that answers one question of one dialog, so that an old button cannot answer another."""
    return f"a:{dialog}.{question}:{value}"


def ask(turn: Turn, catalogue: Catalogue) -> Reply:
    """The open question of the open form, or its summary."""
    form = _form(turn)
    dialog = catalogue.dialogs[form.dialog]
    values = _values(turn, dialog, form)
    if form.asking == SUMMARY:
        text = turn.words.say(f"{form.dialog}/{SUMMARY}", **values)
        return Reply(text, (button(Command.CONFIRM), button(Command.CHANGE), button(Command.CANCEL)))
    question = dialog.question(form.asking)
    text = turn.words.say(question.words or f"{form.dialog}/{question.name}", **values)
    choices = tuple(
        Choice(answer_id(dialog.name, question.name, c.id), c.title) for c in question.offered(form.answers)
    )
    if question.optional and len(choices) < MOST_CHOICES:
        choices += (button(Command.SKIP),)
    return Reply(text, choices, asks_contact=question.asks_contact)


def ask_again(turn: Turn, catalogue: Catalogue, words: str, **values: Any) -> Reply:
    """The open question, after a sentence."""
    question = ask(turn, catalogue)
    return replace(question, text=f"{turn.words.say(words, **values)}\n\n{question.text}")


def after_answer(turn: Turn, catalogue: Catalogue, answer: Reply) -> Reply:
    """The answer to something else, and then the open question of the form."""
    question = ask(turn, catalogue)
    bridge = turn.words.say("engine/resumed", title=dialog_title(turn, catalogue, _form(turn).dialog))
    return replace(question, text=f"{answer.text}\n\n{bridge}\n\n{question.text}", article=answer.article)


def ask_what_to_change(turn: Turn, catalogue: Catalogue) -> Reply:
    """The answered questions to choose from."""
    form = _form(turn)
    labels = turn.words.labels(form.dialog)
    shown = _answer_labels(turn, catalogue.dialogs[form.dialog], form)
    choices = tuple(
        Choice(f"c:{Command.CHANGE}:{question.name}", _short(labels.get(question.name) or shown[question.name]))
        for question in answered(catalogue.dialogs[form.dialog], form)
    )
    return Reply(turn.words.say("engine/change_which"), choices[-MOST_CHOICES:])


def menu(turn: Turn, catalogue: Catalogue, words: str, **values: Any) -> Reply:
    """A sentence with the menu; a form put aside comes first."""
    routes = [catalogue.routes[intent] for intent in steering().menu if intent in catalogue.routes]
    first = (button(Command.CONTINUE),) if turn.state.parked or turn.state.form else ()
    last = (button(Command.PERSON),)
    room = MOST_CHOICES - len(first) - len(last)
    things = tuple(Choice(f"i:{route.intent}", route.label) for route in routes[:room])
    return Reply(turn.words.say(words, **values), (*first, *things, *last))


def dialog_title(turn: Turn, catalogue: Catalogue, name: str) -> str:
    """How a dialog is called to participants."""
    title = turn.words.labels(name).get("dialog")
    leading = (_in_sentence(route.label) for route in catalogue.routes.values() if route.dialog == name)
    return title or next(leading, turn.words.say("engine/this_form"))


def _values(turn: Turn, dialog: Dialog, form: OpenForm) -> dict[str, Any]:
    shown = dialog.shows(form.answers, turn.today) if dialog.shows else {}
    return {"answers": form.answers, "labels": _answer_labels(turn, dialog, form), "today": turn.today, **shown}


def _answer_labels(turn: Turn, dialog: Dialog, form: OpenForm) -> dict[str, str]:
    return {
        question.name: _label(turn, question, form.answers[question.name])
        for question in dialog.questions
        if question.name in form.answers
    }


def _label(turn: Turn, question: Question, value: Any) -> str:
    if value is None:
        return turn.words.say("engine/left_out")
    return next((choice.title for choice in question.choices if choice.id == value), str(value))


def _in_sentence(label: str) -> str:
    return label if label[:2].isupper() else f"{label[0].lower()}{label[1:]}"


def _short(title: str) -> str:
    return title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1]}…"


def _form(turn: Turn) -> OpenForm:
    form = turn.state.form
    assert form is not None
    return form
