"""An open form: the message answers its question, asks something in between, or cannot be read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from dialogs import commands
from dialogs.asking import answer_id, button, dialog_title
from dialogs.certainty import asked_meanwhile, beside_form
from dialogs.filling import SUMMARY, answered
from dialogs.forms import Answers, Question, Unreadable
from dialogs.inquiries import inquires, tells_of_something_else
from dialogs.leading import follow
from dialogs.messages import Reply, Understanding
from dialogs.misses import edited_unread, unreadable_answer
from dialogs.progress import again, answered_beside, answered_plainly, go_on, plain_reply, with_answer
from dialogs.routing import Catalogue
from dialogs.steering import asks, route_titled, says_nothing
from dialogs.tables import Command, steering, thresholds
from dialogs.turns import Decision, Outcome, Turn
from dialogs.typed import plain
from dialogs.upkeep import was_silent

_NOTHING: Final[Answers] = {}


def open_question(turn: Turn, catalogue: Catalogue) -> Question | None:
    """The question that is open, if one is."""
    form = turn.state.form
    if form is None or form.asking == SUMMARY:
        return None
    return catalogue.dialogs[form.dialog].question(form.asking)


async def answer_by_choice(turn: Turn, catalogue: Catalogue) -> Outcome | None:
    """Take a pressed answer; None when it belongs to a question that is not open."""
    form, question = turn.state.form, open_question(turn, catalogue)
    if form is None or question is None:
        return None
    for choice in question.offered(form.answers):
        if turn.inbound.choice == answer_id(form.dialog, question.name, choice.id):
            return await _take(turn, catalogue, choice.id)
    return None


def answers_shortly(turn: Turn, catalogue: Catalogue) -> bool:
    """Whether a few words answer the open question, whatever else Rasa takes them for."""
    question = open_question(turn, catalogue)
    if question is None or question.free_text or len(plain(turn.inbound.text).split()) > thresholds().steering_words:
        return False
    try:
        _read(turn, question, None)
    except Unreadable:
        return False
    return True


def _read(turn: Turn, question: Question, understanding: Understanding | None) -> Any:
    """The answer in a message, alone or as the second half of one that was begun. Raises `Unreadable`."""
    begun = turn.state.form.begun.get(question.name) if turn.state.form else None
    try:
        return question.read(turn.inbound, understanding, turn.today)
    except Unreadable as alone:
        if begun is None or alone.begun:
            raise
        whole = replace(turn.inbound, text=f"{begun} {turn.inbound.text}")
        return question.read(whole, understanding, turn.today)


async def answer_form(turn: Turn, catalogue: Catalogue) -> Outcome:
    """Read a message while a form is open."""
    question = open_question(turn, catalogue)
    in_story = question is not None and question.free_text
    plainly = None if in_story or not asks(turn.inbound.text) else await answered_plainly(turn, catalogue)
    if plainly:
        return plainly
    meanwhile = asked_meanwhile(turn, catalogue, question)
    if meanwhile:
        return await follow(turn, catalogue, meanwhile)
    titled = route_titled(turn.inbound.text, catalogue.routes.values())
    if titled and not in_story:
        return await follow(turn, catalogue, titled)
    return await (_answer(turn, catalogue, question) if question else _answer_summary(turn, catalogue))


async def _answer(turn: Turn, catalogue: Catalogue, question: Question) -> Outcome:
    if question.free_text and _is_greeting_after_silence(turn):
        return left_off(turn, catalogue)
    if question.free_text and turn.inbound.edited:
        return edited_unread(turn, catalogue)
    if question.optional and says_nothing(turn.inbound.text):
        return await commands.run(turn, catalogue, Command.SKIP)
    if _inquires(turn, catalogue, question):
        return await _beside_or_unreadable(turn, catalogue, Unreadable("engine/expected_answer"))
    told = await _told_besides(turn, catalogue, question)
    try:
        value = _read(turn, question, turn.understanding)
        if question.check and turn.state.form:
            question.check(value, turn.state.form.answers)
    except Unreadable as unreadable:
        if question.name not in told:
            noted = None if asks(turn.inbound.text) else _noted(turn, catalogue, told)
            elsewhere = noted or await _heard_later(turn, catalogue)
            return elsewhere or await _beside_or_unreadable(turn, catalogue, unreadable)
        value = told[question.name]
    return await _take(turn, catalogue, value, told)


def _inquires(turn: Turn, catalogue: Catalogue, question: Question) -> bool:
    """Whether the message asks us something; a story told where something else is asked may hold a question."""
    form = turn.state.form
    assert form is not None
    dialog = catalogue.dialogs[form.dialog]
    if question.choices and dialog.listens and not dialog.computes:
        return False
    told_beside = bool(question.choices) and tells_of_something_else(turn.inbound.text, turn.understanding)
    return told_beside or inquires(turn.inbound.text, question, of_sums=not dialog.computes)


async def _told_besides(turn: Turn, catalogue: Catalogue, question: Question) -> Answers:
    """What a message tells about other questions ("kelas 2", "ojol, 3 juta sebulan", a whole story)."""
    listens = catalogue.dialogs[turn.state.form.dialog].listens if turn.state.form else None
    return await listens(turn) if listens and not question.free_text else _NOTHING


def _noted(turn: Turn, catalogue: Catalogue, told: Answers) -> Outcome | None:
    """What was told is kept although it does not answer the open question, which is asked again."""
    form = turn.state.form
    if form is None or told.keys() <= form.answers.keys():
        return None
    route = beside_form(turn, catalogue)
    if route and route.informs and catalogue.dialogs[form.dialog].computes:
        return None
    turn = turn.having(form=replace(form, answers={**told, **form.answers}))
    return again(turn, catalogue, "engine/noted")


def left_off(turn: Turn, catalogue: Catalogue) -> Outcome:
    """After a long silence: what was being done, and whether to go on."""
    form = turn.state.form
    assert form is not None
    title = dialog_title(turn, catalogue, form.dialog)
    choices = (button(Command.CONTINUE), button(Command.RESTART), button(Command.CANCEL))
    return plain_reply(turn, Reply(turn.words.say("engine/left_off", title=title), choices), Decision.MENU)


async def _answer_summary(turn: Turn, catalogue: Catalogue) -> Outcome:
    typed, reading = plain(turn.inbound.text) or turn.inbound.text.strip(), turn.understanding
    meant = reading.intent if reading and reading.confidence >= thresholds().steer else None
    if typed in steering().yes or meant == "affirm":
        return await commands.run(turn, catalogue, Command.CONFIRM)
    if typed in steering().no or meant == "deny":
        return await commands.run(turn, catalogue, Command.CHANGE)
    corrected = await _heard_later(turn, catalogue)
    return corrected or await _beside_or_unreadable(turn, catalogue, Unreadable("engine/expected_confirmation"))


async def _heard_later(turn: Turn, catalogue: Catalogue) -> Outcome | None:
    """A few words that answer an earlier question anew: "3 juta" where a programme is chosen."""
    form, text = turn.state.form, turn.inbound.text
    if form is None or asks(text) or len(plain(text).split()) > thresholds().steering_words:
        return None
    for question in answered(catalogue.dialogs[form.dialog], form):
        if question.heard_later and question.name != form.asking:
            with suppress(Unreadable):
                return await commands.put_right(turn, catalogue, question, turn.inbound)
    return None


async def _beside_or_unreadable(turn: Turn, catalogue: Catalogue, expected: Unreadable) -> Outcome:
    route = beside_form(turn, catalogue)
    if route and (route.informs or turn.state.misses == 0):
        return await follow(turn, catalogue, route)
    answered = answered_beside(turn, catalogue)
    if answered:
        return answered
    if was_silent(turn):
        return left_off(turn, catalogue)
    return await unreadable_answer(turn, catalogue, expected)


def _is_greeting_after_silence(turn: Turn) -> bool:
    reading = turn.understanding
    if reading is None or not was_silent(turn):
        return False
    return reading.intent in steering().small_talk and reading.confidence >= thresholds().answer


async def _take(turn: Turn, catalogue: Catalogue, value: Any, told: Answers = _NOTHING) -> Outcome:
    """Record the answer and what was told besides, and go on; after a long silence the reply first says with what."""
    form = turn.state.form
    assert form is not None
    turn = turn.having(form=replace(form, answers={**told, **form.answers}))
    outcome = await go_on(with_answer(turn, catalogue, value), catalogue)
    if not was_silent(turn):
        return outcome
    title = dialog_title(turn, catalogue, form.dialog)
    text = f"{turn.words.say('engine/welcome_back', title=title)}\n\n{outcome.reply.text}"
    return replace(outcome, reply=replace(outcome.reply, text=text))
