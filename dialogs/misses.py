"""Not understood: say what is expected, offer two readings, and ask for a person before it becomes a loop."""

from __future__ import annotations

from dataclasses import replace

from dialogs.asking import ask, button, menu
from dialogs.certainty import likeliest
from dialogs.forms import Unreadable
from dialogs.messages import Choice, Reply
from dialogs.ports import HandoffReason
from dialogs.progress import again, call_person, is_last_straw, plain_reply
from dialogs.routing import Catalogue
from dialogs.state import DialogState
from dialogs.tables import Command, steering
from dialogs.turns import Decision, Outcome, Turn
from dialogs.typed import plain

#: Most of a message that is kept until the participant says which of two things was meant.
KEPT_CHARACTERS = 1_000


async def unreadable_answer(turn: Turn, catalogue: Catalogue, expected: Unreadable) -> Outcome:
    """The answer to the open question cannot be read: say what is expected, then ask for a person."""
    if turn.inbound.edited:
        return edited_unread(turn, catalogue)
    expectation = turn.words.say(expected.words, **expected.values)
    form = turn.state.form
    if expected.begun and form:
        turn = turn.having(form=replace(form, begun={**form.begun, form.asking: expected.begun}))
        if form.asking not in form.begun:
            return again(turn, catalogue, expected.words, **expected.values)
    if is_last_straw(turn):
        outcome = await person_after_misses(turn, catalogue)
        return replace(outcome, reply=replace(outcome.reply, text=f"{expectation}\n\n{outcome.reply.text}"))
    turn = turn.having(misses=turn.state.misses + 1)
    words = "engine/slow_in_form" if turn.nlu_down else "engine/not_read"
    said = turn.words.say(words, expected=expectation)
    question = ask(turn, catalogue)
    reply = replace(question, text=f"{said}\n\n{question.text}")
    return Outcome(reply, turn.state, Decision.NOT_UNDERSTOOD, turn.intent)


async def unclear_wish(turn: Turn, catalogue: Catalogue) -> Outcome:
    """Without a form: offer the two likeliest readings, or ask openly; the second time ask for a person."""
    if turn.inbound.edited:
        return edited_unread(turn, catalogue)
    if is_last_straw(turn):
        return await person_after_misses(turn, catalogue)
    turn = turn.having(misses=turn.state.misses + 1)
    routes = likeliest(turn, catalogue)
    if not routes:
        return plain_reply(turn, menu(turn, catalogue, "engine/unclear"), Decision.NOT_UNDERSTOOD)
    choices = tuple(Choice(f"i:{route.intent}", route.label) for route in routes)
    reply = Reply(turn.words.say("engine/which_of_two"), (*choices, button(Command.NEITHER)))
    return plain_reply(keep_message(turn), reply, Decision.OFFERED)


def which_again(turn: Turn, before: DialogState) -> Outcome | None:
    """A "yes" to two readings picks neither: they are offered again, and the message still waits."""
    is_yes = plain(turn.inbound.text) in steering().yes
    if before.last_reply is None or button(Command.NEITHER) not in before.choices or not is_yes:
        return None
    waiting = turn.having(
        pending_text=before.pending_text, pending_entities=before.pending_entities, pending_files=before.pending_files
    )
    reply = Reply(turn.words.say("engine/which_of_two_again"), before.last_reply.choices)
    return plain_reply(waiting, reply, Decision.OFFERED)


async def denied(turn: Turn, catalogue: Catalogue) -> Outcome:
    """The last answer was not what was meant, and nothing says what was: ask openly, the second time for a person."""
    if is_last_straw(turn):
        return await person_after_misses(turn, catalogue)
    turn = turn.having(misses=turn.state.misses + 1)
    return plain_reply(turn, menu(turn, catalogue, "engine/denied"), Decision.MENU)


async def person_after_misses(turn: Turn, catalogue: Catalogue) -> Outcome:
    """Ask for a person because the assistant does not understand; the form stays open."""
    return await call_person(turn.having(misses=0), catalogue, HandoffReason.NOT_UNDERSTOOD)


def edited_unread(turn: Turn, catalogue: Catalogue) -> Outcome:
    """A changed message that answers nothing: say how to correct, lose nothing."""
    if turn.state.form:
        return replace(again(turn, catalogue, "engine/edited_in_form"), decision=Decision.REFUSED)
    return plain_reply(turn, menu(turn, catalogue, "engine/edited"), Decision.REFUSED)


def keep_message(turn: Turn) -> Turn:
    """The turn with its message kept for the choice that follows."""
    return turn.having(
        pending_text=turn.inbound.text[:KEPT_CHARACTERS],
        pending_entities=turn.understanding.entities if turn.understanding else (),
        pending_files=turn.inbound.files,
    )
