"""Messages nobody can answer as they are: stickers, voice, refused files, silence, photos out of nowhere."""

from __future__ import annotations

from dataclasses import replace

from dialogs.answering import open_question
from dialogs.asking import ask, button, menu
from dialogs.certainty import awaits_more
from dialogs.forms import Unreadable
from dialogs.messages import Choice, Inbound, Reply
from dialogs.misses import keep_message
from dialogs.progress import plain_reply
from dialogs.routing import Catalogue
from dialogs.tables import Command, steering
from dialogs.turns import Decision, Outcome, Turn
from dialogs.typed import is_blank, plain


def refuse(turn: Turn, catalogue: Catalogue) -> Outcome | None:
    """One honest sentence for a message that holds nothing to answer; None when it holds something."""
    inbound = turn.inbound
    if inbound.refused_file:
        return _say(turn, catalogue, "engine/refused_file", reason=inbound.refused_file)
    if inbound.unsupported:
        return _say(turn, catalogue, "engine/unsupported", kind=inbound.unsupported)
    if inbound.phone and turn.state.form is None:
        return _say(turn, catalogue, "engine/contact_unasked")
    if inbound.choice or inbound.files or inbound.phone or plain(inbound.text) or _is_a_sign(inbound.text):
        return None
    if is_blank(inbound.text):
        return _say(turn, catalogue, "engine/empty")
    is_sad = not steering().sad_signs.isdisjoint(inbound.text)
    return _say(turn, catalogue, "engine/sad_signs" if is_sad else "engine/only_signs")


def unexpected_file(turn: Turn, catalogue: Catalogue) -> Outcome | None:
    """A file no question waits for: kept for the form, or asked what it is for; None when it has its place."""
    inbound = turn.inbound
    if not inbound.files or _is_expected(turn, catalogue):
        return None
    form = turn.state.form
    if form and is_blank(inbound.text):
        turn = turn.having(form=replace(form, files=(*form.files, *inbound.files)))
        return _say(turn, catalogue, "engine/file_kept")
    if form or awaits_more(turn) or not is_blank(inbound.text):
        return None
    purposes = steering().file_purposes
    offered = [Choice(f"i:{intent}", purposes[intent]) for intent in purposes if intent in catalogue.routes]
    reply = Reply(turn.words.say("engine/file_purpose"), (*offered, button(Command.OTHER)))
    return plain_reply(keep_message(turn), reply, Decision.MENU)


def keep_files_for_form(turn: Turn, catalogue: Catalogue) -> Turn:
    """The turn with files that came with a caption kept for the question they belong to."""
    form = turn.state.form
    if form is None or not turn.inbound.files or _is_expected(turn, catalogue):
        return turn
    kept = replace(form, files=(*form.files, *turn.inbound.files))
    return replace(turn.having(form=kept), inbound=replace(turn.inbound, files=()))


def _is_expected(turn: Turn, catalogue: Catalogue) -> bool:
    question = open_question(turn, catalogue)
    if question is None:
        return False
    try:
        question.read(Inbound(files=turn.inbound.files), None, turn.today)
    except Unreadable:
        return False
    return True


def _is_a_sign(text: str) -> bool:
    return text.strip() in steering().yes | steering().no


def _say(turn: Turn, catalogue: Catalogue, words: str, **values: str) -> Outcome:
    said = turn.words.say(words, **values)
    if turn.state.form:
        question = ask(turn, catalogue)
        return plain_reply(turn, replace(question, text=f"{said}\n\n{question.text}"), Decision.REFUSED)
    return plain_reply(turn, menu(turn, catalogue, words, **values), Decision.REFUSED)
