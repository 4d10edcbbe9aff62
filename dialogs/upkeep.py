"""What happens to the state before and after every turn: old forms go, privacy is told, the reply is remembered."""

from __future__ import annotations

from dataclasses import replace

from dialogs.filling import SUMMARY, next_place
from dialogs.messages import Reply
from dialogs.routing import Catalogue
from dialogs.state import DialogState, OpenForm
from dialogs.tables import steering, thresholds
from dialogs.turns import Outcome, Turn


def freshened(turn: Turn, catalogue: Catalogue) -> tuple[Turn, str | None]:
    """The turn without forms that are too old or that this release no longer has, and the words that say so."""
    state = turn.state
    last = state.last_turn_at
    too_old = last is not None and turn.now - last > thresholds().drop_after
    kept = None if too_old else _fitting(state.form, catalogue)
    parked = () if too_old else tuple(form for form in state.parked if _fitting(form, catalogue))
    gone = (state.form is not None and kept is None) or len(parked) < len(state.parked)
    fresh = turn.having(form=kept, parked=parked, pending_text=None, pending_entities=(), pending_files=())
    if too_old or was_silent(turn):
        fresh = fresh.having(article=None, known={} if too_old else state.known)
    return fresh, "engine/form_dropped" if gone else None


def was_silent(turn: Turn) -> bool:
    """Whether the participant was away so long that what was spoken of needs an introduction."""
    last = turn.state.last_turn_at
    return last is not None and turn.now - last > thresholds().remind_after


def finished(turn: Turn, outcome: Outcome, *sentences: str) -> Outcome:
    """The outcome with sentences before it, with what must be told once after it, and remembered."""
    shown = replace(outcome.reply, text="\n\n".join([*sentences, outcome.reply.text]))
    article = outcome.reply.article or outcome.reply.about or outcome.state.article
    state = replace(outcome.state, last_reply=outcome.reply, last_turn_at=turn.now, article=article)
    if _tells_privacy(state, outcome):
        shown = replace(shown, text=f"{shown.text}\n\n{turn.words.say('engine/privacy')}")
        state = replace(state, privacy_told=True)
    return replace(outcome, reply=_without_gaps(shown), state=state)


def _fitting(form: OpenForm | None, catalogue: Catalogue) -> OpenForm | None:
    if form is None or form.dialog not in catalogue.dialogs:
        return None
    dialog = catalogue.dialogs[form.dialog]
    if form.asking in {SUMMARY, *(question.name for question in dialog.questions)}:
        return form
    return replace(form, asking=next_place(dialog, form.answers) or SUMMARY)


def _tells_privacy(state: DialogState, outcome: Outcome) -> bool:
    return not state.privacy_told and outcome.intent not in steering().urgent_intents


def _without_gaps(reply: Reply) -> Reply:
    return replace(reply, text=reply.text.strip())
