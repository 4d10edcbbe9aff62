"""Questions to us that a reader could take for an answer: "beda jht sama jp" where a programme is chosen."""

from __future__ import annotations

from collections.abc import Iterable

from dialogs.forms import Question
from dialogs.messages import Understanding
from dialogs.steering import is_question
from dialogs.tables import steering, thresholds
from dialogs.typed import plain


def inquires(text: str, question: Question, *, of_sums: bool) -> bool:
    """Whether the text asks us something instead of answering the question; a question mark alone does not.

    A story and a number may have questions beside them. `of_sums` says that asking for a sum is a question too.
    """
    if question.tells or not (question.free_text or question.choices):
        return False
    typed = _without(plain(text), steering().not_asking)
    if question.free_text:
        return _frames_a_question(typed) and not set(typed.split()) & steering().not_knowing
    asked = (*steering().inquiries, *(steering().inquiries_of_sums if of_sums else ()))
    return _stands_in(typed, asked) or _frames_a_question(typed, of_sums=of_sums)


def tells_of_something_else(text: str, understanding: Understanding | None) -> bool:
    """Whether a sentence is surely no answer to a choice, though a word of it names one ("… dari pemerintah")."""
    if understanding is None or understanding.confidence < thresholds().steer:
        return False
    is_sentence = len(plain(text).split()) > thresholds().steering_words
    return is_sentence and understanding.intent in steering().told_beside_choice


def _frames_a_question(typed: str, *, of_sums: bool = True) -> bool:
    """Whether several words begin or end with a question word."""
    words = [word for word in typed.split() if word not in steering().particles]
    if len(words) < 2 or (not of_sums and {words[0], words[-1]} & set(steering().inquiries_of_sums)):
        return False
    return is_question(" ".join(words)) or words[-1] in steering().inquiry_endings


def _without(typed: str, phrases: Iterable[str]) -> str:
    for phrase in phrases:
        typed = f" {typed} ".replace(f" {phrase} ", " ").strip()
    return typed


def _stands_in(typed: str, phrases: Iterable[str]) -> bool:
    return any(f" {phrase} " in f" {typed} " for phrase in phrases)
