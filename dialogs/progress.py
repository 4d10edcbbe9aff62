"""Forms moving: opened, asked on, finished, put aside, taken up again; and handlers called beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dialogs.asking import MOST_CHOICES, after_answer, ask, ask_again, button, dialog_title
from dialogs.filling import SUMMARY, next_place, record
from dialogs.forms import Dialog, Opens, Unreadable
from dialogs.messages import Inbound, Reply
from dialogs.ports import HandoffReason
from dialogs.routing import Catalogue
from dialogs.state import DialogState, OpenForm
from dialogs.steering import asks
from dialogs.tables import Command, steering, thresholds
from dialogs.turns import Decision, Outcome, Turn

#: Answers that other dialogs need not ask again; none of them says who somebody is.
REMEMBERED = frozenset({"income", "transport", "jht", "risk", "segment", "care_class", "people"})


async def call(
    turn: Turn,
    catalogue: Catalogue,
    handler: str,
    intent: str | None = None,
    decision: Decision = Decision.ANSWERED,
) -> Outcome:
    """Let a handler answer; an open form goes on with its question below the answer."""
    result = await catalogue.handlers[handler](turn)
    if turn.state.form and handler in steering().shows_own_choices and isinstance(result, Reply):
        turn = turn.having(misses=0)
        return Outcome(_with_way_back(result), turn.state, decision, intent)
    return await _said(turn, catalogue, result, intent, decision)


async def _said(
    turn: Turn, catalogue: Catalogue, result: Reply | Opens, intent: str | None, decision: Decision
) -> Outcome:
    if isinstance(result, Opens):
        return await open_dialog(turn, catalogue, result.dialog, result.prefilled, intent)
    turn = turn.having(misses=0)
    if turn.state.form is None:
        return Outcome(result, turn.state, decision, intent)
    is_topic = result.article is not None or (intent is not None and intent not in steering().small_talk)
    if is_topic and decision is Decision.ANSWERED:
        return _topic_beside(turn, catalogue, result, intent)
    return Outcome(after_answer(turn, catalogue, result), turn.state, decision, intent)


def _topic_beside(turn: Turn, catalogue: Catalogue, answer: Reply, intent: str | None) -> Outcome:
    """The answer to another topic with the form's question below it; after some in a row the form is put aside."""
    form = turn.state.form
    assert form is not None
    patience = thresholds().beside if form.asked else thresholds().beside_unanswered
    if form.beside < patience:
        turn = turn.having(form=replace(form, beside=form.beside + 1))
        return Outcome(after_answer(turn, catalogue, answer), turn.state, Decision.ANSWERED, intent)
    said = turn.words.say("engine/set_aside", title=dialog_title(turn, catalogue, form.dialog))
    turn = put_aside(turn.having(form=replace(form, beside=0)))
    reply = replace(_with_way_back(answer), text=f"{answer.text}\n\n{said}")
    return Outcome(reply, turn.state, Decision.ANSWERED, intent)


def _with_way_back(answer: Reply) -> Reply:
    return replace(answer, choices=(*answer.choices[: MOST_CHOICES - 1], button(Command.CONTINUE)))


async def call_person(turn: Turn, catalogue: Catalogue, reason: HandoffReason) -> Outcome:
    """Ask for a person; the form stays open."""
    return await call(replace(turn, person_reason=reason), catalogue, "person", turn.intent, Decision.PERSON)


async def open_dialog(
    turn: Turn, catalogue: Catalogue, name: str, prefilled: Mapping[str, Any], intent: str | None
) -> Outcome:
    """Open a dialog. One open form is put aside; the same dialog is never opened twice."""
    state = turn.state
    if state.form and state.form.dialog == name:
        return await _already_open(turn, catalogue, name, intent)
    aside = _put_aside_for(state, catalogue, name)
    if state.form and len(aside) > 1:
        title = dialog_title(turn, catalogue, state.form.dialog)
        return again(turn, catalogue, "engine/finish_first", intent, title=title)
    if any(form.dialog == name for form in state.parked):
        return take_up(turn, catalogue, name, aside, intent)
    dialog = catalogue.dialogs[name]
    found = await dialog.prefill(turn) if dialog.prefill else {}
    form = OpenForm(name, SUMMARY, {**found, **prefilled}, files=turn.inbound.files)
    return await go_on(turn.having(form=form, parked=aside), catalogue, intent)


def _put_aside_for(state: DialogState, catalogue: Catalogue, name: str) -> tuple[OpenForm, ...]:
    """The forms to go on with after that dialog; of several, those that only compute are let go."""
    forms = tuple(form for form in (state.form, *state.parked) if form and form.dialog != name)
    if state.form is None or len(forms) <= 1:
        return forms
    return tuple(form for form in forms if not catalogue.dialogs[form.dialog].computes)


async def _already_open(turn: Turn, catalogue: Catalogue, name: str, intent: str | None) -> Outcome:
    pressed = turn.inbound.choice or turn.inbound.start is not None
    title = dialog_title(turn, catalogue, name)
    if pressed:
        return again(turn, catalogue, "engine/already_open", intent, title=title)
    beside = answered_beside(turn, catalogue)
    if beside:
        return beside
    if is_last_straw(turn):
        return await call_person(turn.having(misses=0), catalogue, HandoffReason.NOT_UNDERSTOOD)
    turn = turn.having(misses=turn.state.misses + 1)
    said = again(turn, catalogue, "engine/already_open", intent, title=title)
    return replace(said, decision=Decision.NOT_UNDERSTOOD)


def answered_beside(turn: Turn, catalogue: Catalogue) -> Outcome | None:
    """The answer of an article to a question Rasa is not sure of, with the open form's question below it."""
    answer = catalogue.beside(turn) if asks(turn.inbound.text) else None
    if answer is None:
        return None
    turn = turn.having(misses=0)
    if turn.state.form:
        return _topic_beside(turn, catalogue, answer, turn.intent)
    return Outcome(answer, turn.state, Decision.ANSWERED, turn.intent)


async def answered_plainly(turn: Turn, catalogue: Catalogue) -> Outcome | None:
    """The answer that the words alone ask for, whatever Rasa makes of them."""
    result = catalogue.plainly(turn)
    return None if result is None else await _said(turn, catalogue, result, turn.intent, Decision.ANSWERED)


def is_last_straw(turn: Turn) -> bool:
    """Whether one more miss means that a person is asked for."""
    return turn.state.misses + 1 >= thresholds().misses


def take_up(
    turn: Turn, catalogue: Catalogue, name: str, aside: tuple[OpenForm, ...], intent: str | None = None
) -> Outcome:
    """Take a form up again that was put aside; the others stay aside."""
    form = next(form for form in turn.state.parked if form.dialog == name)
    turn = turn.having(form=form, parked=aside)
    return again(turn, catalogue, "engine/taken_up", intent, title=dialog_title(turn, catalogue, name))


async def go_on(turn: Turn, catalogue: Catalogue, intent: str | None = None) -> Outcome:
    """Ask the next question of the open form, or finish it."""
    form = turn.state.form
    assert form is not None
    dialog = catalogue.dialogs[form.dialog]
    form = _with_files(turn, dialog, form)
    place = next_place(dialog, form.answers)
    if place is None:
        return await finish(turn.having(form=form), catalogue, intent)
    turn = turn.having(form=replace(form, asking=place, beside=0), misses=0)
    return Outcome(ask(turn, catalogue), turn.state, Decision.ASKED, intent)


async def finish(turn: Turn, catalogue: Catalogue, intent: str | None = None) -> Outcome:
    """Close the open form, do what it is for, and take up the one that was put aside."""
    form = turn.state.form
    assert form is not None
    told = _told(form)
    article = None if "segment" in told else turn.state.article
    turn = turn.having(form=None, misses=0, known={**turn.state.known, **told}, article=article)
    result = await catalogue.dialogs[form.dialog].complete(turn, form.answers)
    if isinstance(result, Opens):
        return await open_dialog(turn, catalogue, result.dialog, result.prefilled, intent)
    if not turn.state.parked:
        return Outcome(result, turn.state, Decision.ANSWERED, intent)
    outer, *others = turn.state.parked
    turn = turn.having(form=outer, parked=tuple(others))
    return Outcome(after_answer(turn, catalogue, result), turn.state, Decision.ANSWERED, intent)


def _told(form: OpenForm) -> dict[str, Any]:
    """What the form was told that other dialogs need not ask again."""
    return {name: value for name, value in form.answers.items() if name in REMEMBERED and value is not None}


def again(turn: Turn, catalogue: Catalogue, words: str, intent: str | None = None, **values: Any) -> Outcome:
    """A sentence, and the open question again."""
    return Outcome(ask_again(turn, catalogue, words, **values), turn.state, Decision.ASKED, intent)


def put_aside(turn: Turn) -> Turn:
    """The turn with the open form put aside."""
    form = turn.state.form
    return turn.having(form=None, parked=(form, *turn.state.parked)) if form else turn


def with_answer(turn: Turn, catalogue: Catalogue, value: Any) -> Turn:
    """The turn with this answer to the open question recorded."""
    form = turn.state.form
    assert form is not None
    return turn.having(form=record(catalogue.dialogs[form.dialog], form, form.asking, value))


def _with_files(turn: Turn, dialog: Dialog, form: OpenForm) -> OpenForm:
    place = next_place(dialog, form.answers)
    if not form.files or place in {None, SUMMARY}:
        return form
    assert place is not None
    try:
        value = dialog.question(place).read(Inbound(files=form.files), None, turn.today)
    except Unreadable:
        return form
    return replace(record(dialog, form, place, value), files=())


def plain_reply(turn: Turn, reply: Reply, decision: Decision) -> Outcome:
    """An outcome that leaves the state as it stands."""
    return Outcome(reply, turn.state, decision, turn.intent)
