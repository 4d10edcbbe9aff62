"""The dialog engine: one message in, one reply and the new state out.

The order in which a message is read:

1. what cannot be read at all, 2. a button, a digit or a title that was offered, 3. "bukan itu, maksud saya …": the
rest is read, 4. a steering word, 5. an emergency, 6. steering by meaning, 7. the open form, 8. what Rasa is sure of,
9. the menu, choices, a person.
"""

from __future__ import annotations

from dataclasses import replace

from dialogs import commands
from dialogs.answering import answer_by_choice, answer_form, answers_shortly, left_off, open_question
from dialogs.asking import menu
from dialogs.certainty import strays, sure_route, told_more, urgent_route
from dialogs.denials import undenied
from dialogs.leading import follow, follow_choice, follow_urgent, passed_by
from dialogs.misses import denied, keep_message, unclear_wish, which_again
from dialogs.oddities import keep_files_for_form, refuse, unexpected_file
from dialogs.progress import answered_beside, answered_plainly, call, plain_reply
from dialogs.routing import Catalogue
from dialogs.second_request import with_second_offered
from dialogs.state import DialogState
from dialogs.steering import command_meant, command_typed, handler_named, handler_typed, picked, route_titled, taken_up
from dialogs.tables import Command
from dialogs.turns import Decision, Outcome, Turn
from dialogs.upkeep import finished, freshened
from social_security.identity import holds_masked_number


async def respond(turn: Turn, catalogue: Catalogue) -> Outcome:
    """Answer one message of a participant."""
    before = turn.state
    turn, dropped = freshened(turn, catalogue)
    outcome = with_second_offered(turn, catalogue, await _respond(turn, catalogue, before))
    edited = "engine/edited_used" if turn.inbound.edited and _used(outcome) else None
    masked = "engine/number_masked" if holds_masked_number(turn.inbound.text) else None
    said = [turn.words.say(words) for words in (dropped, edited, masked) if words]
    return finished(turn, outcome, *said, *_warned(turn, catalogue, outcome))


def _warned(turn: Turn, catalogue: Catalogue, outcome: Outcome) -> list[str]:
    """What must be said at once about a danger that was told in the middle of a form, which goes on."""
    if turn.state.form is None or turn.inbound.choice or outcome.reply.article:
        return []
    warning = catalogue.warning(turn)
    return [warning.text] if warning else []


async def _respond(turn: Turn, catalogue: Catalogue, before: DialogState) -> Outcome:
    if turn.inbound.start is not None:
        return await _start(turn, catalogue)
    refused = refuse(turn, catalogue) or unexpected_file(turn, catalogue)
    if refused:
        return refused
    turn = keep_files_for_form(turn, catalogue)
    chosen = _choice(turn, before)
    if chosen:
        return await _chosen(replace(turn, inbound=replace(turn.inbound, choice=chosen)), catalogue, before)
    asked_again = which_again(turn, before)
    if asked_again:
        return asked_again
    meant = _meant_instead(turn, before)
    return await (_read(turn, catalogue) if meant is None else _denied(turn, catalogue, meant))


def _meant_instead(turn: Turn, before: DialogState) -> str | None:
    """What follows "bukan itu" after a reply; None where nothing is denied. A form that has answers is not denied."""
    form = turn.state.form
    if before.last_reply is None or turn.inbound.edited or (form and form.asked):
        return None
    return undenied(turn.inbound.text, in_form=form is not None)


async def _denied(turn: Turn, catalogue: Catalogue, meant: str) -> Outcome:
    """Read what was meant instead; a form that was opened by mistake is closed."""
    turn = replace(turn.having(form=None), inbound=replace(turn.inbound, text=meant))
    outcome = await (_read(turn, catalogue) if meant else denied(turn, catalogue))
    return replace(outcome, denies=True)


async def _start(turn: Turn, catalogue: Catalogue) -> Outcome:
    intent = (turn.inbound.start or "").removeprefix("i_")
    if intent in catalogue.routes:
        return await follow(turn, catalogue, catalogue.routes[intent])
    if turn.state.form:
        return left_off(turn, catalogue)
    if "greet" in catalogue.routes:
        return await follow(turn, catalogue, catalogue.routes["greet"])
    return plain_reply(turn, menu(turn, catalogue, "engine/menu"), Decision.MENU)


def _choice(turn: Turn, before: DialogState) -> str | None:
    """Id of the choice that was made; a changed message picks nothing, its digit belonged to an older question."""
    if turn.inbound.choice or turn.inbound.edited:
        return turn.inbound.choice
    by_wish = None if before.form else taken_up(turn.inbound.text, turn.understanding, before.choices)
    return picked(turn.inbound.text, before.choices) or by_wish


async def _chosen(turn: Turn, catalogue: Catalogue, before: DialogState) -> Outcome:
    kind, _, name = (turn.inbound.choice or "").partition(":")
    outcome: Outcome | None = None
    if kind == "a":
        outcome = await answer_by_choice(turn, catalogue)
    elif kind == "c":
        outcome = await _commanded(turn, catalogue, name)
    else:
        outcome = await follow_choice(turn, catalogue, before)
    return outcome or passed_by(turn, catalogue)


async def _commanded(turn: Turn, catalogue: Catalogue, name: str) -> Outcome | None:
    command, _, wanted = name.partition(":")
    if wanted:
        return await commands.change(turn, catalogue, wanted)
    return await commands.run(turn, catalogue, Command(command)) if command in set(Command) else None


async def _read(turn: Turn, catalogue: Catalogue) -> Outcome:
    question = open_question(turn, catalogue)
    steered = await _steered(turn, catalogue, in_story=question is not None and question.tells)
    if steered:
        return steered
    urgent = urgent_route(turn, catalogue, question)
    if urgent and not answers_shortly(turn, catalogue):
        return await follow_urgent(turn, catalogue, urgent)
    in_story = question is not None and question.free_text
    command = command_meant(turn.inbound.text, turn.understanding, in_story=in_story)
    if command:
        return await commands.run(turn, catalogue, command)
    if turn.state.form:
        return await answer_form(turn, catalogue)
    return await _wish(turn, catalogue)


async def _steered(turn: Turn, catalogue: Catalogue, *, in_story: bool) -> Outcome | None:
    """What is told in words of our own: a command, the correction of an answer, a handler's name."""
    command = command_typed(turn.inbound.text, in_form=turn.state.form is not None)
    if command:
        return await commands.run(turn, catalogue, command)
    corrected = await commands.correct(turn, catalogue, in_story=in_story)
    if corrected:
        return corrected
    handler = handler_typed(turn.inbound.text)
    return await call(turn, catalogue, handler) if handler and handler in catalogue.handlers else None


async def _wish(turn: Turn, catalogue: Catalogue) -> Outcome:
    """A message outside any form."""
    led = await _led_by_words(turn, catalogue)
    if led:
        return led
    if turn.nlu_down:
        return plain_reply(keep_message(turn), menu(turn, catalogue, "engine/slow"), Decision.MENU)
    route = sure_route(turn, catalogue)
    if route and not strays(turn, catalogue, route):
        return await follow(turn, catalogue, route)
    answered = answered_beside(turn, catalogue)
    if answered:
        return answered
    return await (follow(turn, catalogue, route) if route else unclear_wish(turn, catalogue))


async def _led_by_words(turn: Turn, catalogue: Catalogue) -> Outcome | None:
    """Where the words alone lead, whatever Rasa makes of them and also while it is away."""
    handler = handler_named(turn.inbound.text) or told_more(turn, catalogue)
    if handler and handler in catalogue.handlers:
        return await call(turn, catalogue, handler)
    titled = route_titled(turn.inbound.text, catalogue.routes.values())
    return await (follow(turn, catalogue, titled) if titled else answered_plainly(turn, catalogue))


def _used(outcome: Outcome) -> bool:
    return outcome.decision in {Decision.ANSWERED, Decision.ASKED}
