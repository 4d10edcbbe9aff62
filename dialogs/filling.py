"""The arithmetic of filling in a form: what is open, what is answered, what one step back is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dialogs.forms import Answers, Dialog, Question
from dialogs.state import OpenForm

#: Stands in `OpenForm.asking` while the summary is shown.
SUMMARY = "summary"


def next_place(dialog: Dialog, answers: Answers) -> str | None:
    """The question to ask now, `SUMMARY`, or None when the form is complete."""
    if dialog.done_when(answers):
        return None
    for question in dialog.questions:
        if question.name not in answers and not question.skip_when(answers):
            return question.name
    return SUMMARY if dialog.confirms else None


def answered(dialog: Dialog, form: OpenForm) -> tuple[Question, ...]:
    """The questions that have an answer which counts, in the dialog's order."""
    return tuple(
        question
        for question in dialog.questions
        if question.name in form.answers and not question.skip_when(_without(form.answers, question.name))
    )


def record(dialog: Dialog, form: OpenForm, name: str, value: Any) -> OpenForm:
    """The form with this answer, without answers to questions that it made pointless."""
    asked = form.asked if name in form.asked else (*form.asked, name)
    answers = {**form.answers, name: value}
    for question in dialog.questions:
        pointless = question.name in asked and question.skip_when(_without(answers, question.name))
        if pointless and question.name != name:
            answers.pop(question.name, None)
    return replace(form, answers=answers, asked=tuple(kept for kept in asked if kept in answers))


def step_back(form: OpenForm) -> OpenForm | None:
    """The form at its previous question with that answer forgotten; None at the first.

    While an answer is corrected, one step back is leaving it as it was.
    """
    if form.asking in form.answers:
        return form
    if not form.asked:
        return None
    previous = form.asked[-1]
    return replace(form, asking=previous, answers=_without(form.answers, previous), asked=form.asked[:-1])


def _without(answers: Answers, name: str) -> dict[str, Any]:
    return {other: value for other, value in answers.items() if other != name}
