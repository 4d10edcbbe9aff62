"""What participants can tell the engine itself, at every turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from dialogs.asking import ask, ask_what_to_change, button, dialog_title, menu
from dialogs.corrections import correction
from dialogs.filling import SUMMARY, answered, next_place, step_back
from dialogs.forms import Question, Unreadable
from dialogs.messages import Inbound, Reply
from dialogs.misses import person_after_misses
from dialogs.ports import HandoffReason
from dialogs.progress import (
    again,
    call_person,
    finish,
    go_on,
    open_dialog,
    plain_reply,
    put_aside,
    take_up,
    with_answer,
)
from dialogs.routing import Catalogue
from dialogs.state import OpenForm
from dialogs.tables import Command
from dialogs.turns import Decision, Outcome, Turn
from dialogs.typed import plain


async def run(turn: Turn, catalogue: Catalogue, command: Command) -> Outcome:
    """Do what the command says; without a form, commands about a form lead to the menu."""
    if command in _ANYWHERE:
        return await _ANYWHERE[command](turn, catalogue)
    if turn.state.form is None:
        return plain_reply(turn.having(misses=0), menu(turn, catalogue, "engine/nothing_open"), Decision.MENU)
    return await _IN_FORM[command](turn, catalogue)


async def change(turn: Turn, catalogue: Catalogue, wanted: str) -> Outcome | None:
    """Open an answered question again, by its name or its short title; None when there is no such answer."""
    form = turn.state.form
    if form is None:
        return None
    titles = _titles(turn, catalogue, form)
    exact = [name for name, title in titles.items() if wanted in {name, title}]
    if not exact:
        return None
    turn = turn.having(form=replace(form, asking=exact[0]), misses=0)
    return Outcome(ask(turn, catalogue), turn.state, Decision.ASKED)


async def correct(turn: Turn, catalogue: Catalogue, *, in_story: bool) -> Outcome | None:
    """Change the answer that "penghasilan salah, harusnya 3 juta" names; None when the message corrects none."""
    form = turn.state.form
    found = form and correction(turn.inbound.text, _titles(turn, catalogue, form), in_story=in_story)
    if form is None or not found:
        return None
    if len(found.questions) > 1:
        return Outcome(ask_what_to_change(turn, catalogue), turn.state, Decision.MENU)
    question = catalogue.dialogs[form.dialog].question(found.questions[0])
    if not found.value:
        return await change(turn, catalogue, question.name)
    try:
        return await put_right(turn, catalogue, question, replace(turn.inbound, text=found.value))
    except Unreadable as unreadable:
        begun = {**form.begun, question.name: unreadable.begun} if unreadable.begun else form.begun
        turn = turn.having(form=replace(form, asking=question.name, begun=begun), misses=0)
        return again(turn, catalogue, unreadable.words, **unreadable.values)


async def put_right(turn: Turn, catalogue: Catalogue, question: Question, told: Inbound) -> Outcome:
    """Put another answer in the place of an earlier one, and go on. Raises `Unreadable`."""
    form = turn.state.form
    assert form is not None
    value = question.read(told, None, turn.today)
    if question.check:
        question.check(value, form.answers)
    turn = turn.having(form=replace(form, asking=question.name))
    outcome = await go_on(with_answer(turn, catalogue, value), catalogue)
    title = turn.words.labels(form.dialog).get(question.name)
    said = turn.words.say("engine/corrected", title=title)
    return replace(outcome, reply=replace(outcome.reply, text=f"{said}\n\n{outcome.reply.text}"))


def _titles(turn: Turn, catalogue: Catalogue, form: OpenForm) -> dict[str, str]:
    """How the answered questions are called."""
    labels, dialog = turn.words.labels(form.dialog), catalogue.dialogs[form.dialog]
    return {question.name: plain(labels.get(question.name, question.name)) for question in answered(dialog, form)}


async def _cancel(turn: Turn, catalogue: Catalogue) -> Outcome:
    form = turn.state.form
    turn = turn.having(form=None, misses=0) if form else turn.having(parked=(), misses=0)
    words = "engine/cancelled" if form else "engine/nothing_open"
    return plain_reply(turn, menu(turn, catalogue, words), Decision.MENU)


async def _menu(turn: Turn, catalogue: Catalogue) -> Outcome:
    turn = turn.having(misses=0)
    if turn.state.form is None:
        return plain_reply(turn, menu(turn, catalogue, "engine/menu"), Decision.MENU)
    title = dialog_title(turn, catalogue, turn.state.form.dialog)
    choices = (button(Command.CONTINUE), button(Command.PARK), button(Command.CANCEL))
    return plain_reply(turn, Reply(turn.words.say("engine/menu_in_form", title=title), choices), Decision.MENU)


async def _help(turn: Turn, catalogue: Catalogue) -> Outcome:
    turn = turn.having(misses=0)
    if turn.state.form:
        return again(turn, catalogue, "engine/help_in_form")
    return plain_reply(turn, menu(turn, catalogue, "engine/help"), Decision.MENU)


async def _repeat(turn: Turn, catalogue: Catalogue) -> Outcome:
    turn = turn.having(misses=0)
    if turn.state.last_reply:
        return plain_reply(turn, turn.state.last_reply, Decision.ANSWERED)
    return await _menu(turn, catalogue)


async def _person(turn: Turn, catalogue: Catalogue) -> Outcome:
    return await call_person(turn, catalogue, HandoffReason.ASKED)


async def _other(turn: Turn, catalogue: Catalogue) -> Outcome:
    return plain_reply(turn.having(misses=0), menu(turn, catalogue, "engine/tell_me"), Decision.MENU)


async def _continue(turn: Turn, catalogue: Catalogue) -> Outcome:
    if turn.state.form is None and turn.state.parked:
        first, *others = turn.state.parked
        return take_up(turn.having(misses=0), catalogue, first.dialog, tuple(others))
    if turn.state.form is None:
        return plain_reply(turn.having(misses=0), menu(turn, catalogue, "engine/nothing_open"), Decision.MENU)
    return await go_on(turn, catalogue)


async def _back(turn: Turn, catalogue: Catalogue) -> Outcome:
    form = turn.state.form
    assert form is not None
    before = step_back(form)
    turn = turn.having(misses=0)
    if before is None:
        return again(turn, catalogue, "engine/first_question")
    if before is form:
        return await go_on(turn, catalogue)
    turn = turn.having(form=before)
    return Outcome(ask(turn, catalogue), turn.state, Decision.ASKED)


async def _skip(turn: Turn, catalogue: Catalogue) -> Outcome:
    form = turn.state.form
    assert form is not None
    turn = turn.having(misses=0)
    if form.asking != SUMMARY and catalogue.dialogs[form.dialog].question(form.asking).optional:
        return await go_on(with_answer(turn, catalogue, None), catalogue)
    return again(turn, catalogue, "engine/cannot_skip")


async def _change(turn: Turn, catalogue: Catalogue) -> Outcome:
    form = turn.state.form
    assert form is not None
    turn = turn.having(misses=0)
    if not answered(catalogue.dialogs[form.dialog], form):
        return again(turn, catalogue, "engine/nothing_to_change")
    return Outcome(ask_what_to_change(turn, catalogue), turn.state, Decision.MENU)


async def _confirm(turn: Turn, catalogue: Catalogue) -> Outcome:
    form = turn.state.form
    assert form is not None
    at_summary = form.asking == SUMMARY
    if at_summary and next_place(catalogue.dialogs[form.dialog], form.answers) == SUMMARY:
        return await finish(turn, catalogue)
    return again(turn, catalogue, "engine/button_passed")


async def _restart(turn: Turn, catalogue: Catalogue) -> Outcome:
    form = turn.state.form
    assert form is not None
    parked = turn.state.parked
    started = await open_dialog(turn.having(form=None, parked=()), catalogue, form.dialog, {}, turn.intent)
    return replace(started, state=replace(started.state, parked=parked))


async def _park(turn: Turn, catalogue: Catalogue) -> Outcome:
    turn = put_aside(turn.having(misses=0))
    return plain_reply(turn, menu(turn, catalogue, "engine/parked"), Decision.MENU)


_ANYWHERE: dict[Command, Callable[[Turn, Catalogue], Awaitable[Outcome]]] = {
    Command.CANCEL: _cancel,
    Command.MENU: _menu,
    Command.HELP: _help,
    Command.REPEAT: _repeat,
    Command.PERSON: _person,
    Command.CONTINUE: _continue,
    Command.NEITHER: person_after_misses,
    Command.OTHER: _other,
}
_IN_FORM: dict[Command, Callable[[Turn, Catalogue], Awaitable[Outcome]]] = {
    Command.BACK: _back,
    Command.SKIP: _skip,
    Command.CHANGE: _change,
    Command.CONFIRM: _confirm,
    Command.RESTART: _restart,
    Command.PARK: _park,
}
