"""Questions whose words alone say what answers them, whatever Rasa makes of them: the table `plain_questions.yml`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from dialogs.arrears import is_behind
from dialogs.consultation import fitting_article, show_article
from dialogs.family_size import people_in
from dialogs.forms import Opens
from dialogs.hints import contains, mentions, scheme_of
from dialogs.messages import Reply
from dialogs.offers import table
from dialogs.tables import steering, thresholds
from dialogs.topic import segment_told, shown_article, spoken_scheme, spoken_segment
from dialogs.turns import Turn
from dialogs.typed import plain
from social_security.programmes import Scheme, Segment


@dataclass(frozen=True)
class PlainQuestion:
    """An article, and the words that ask for it."""

    article: str
    #: Topics of which each must be mentioned.
    all: Collection[str]
    #: Topics of which none may be.
    none: Collection[str] = ()
    #: What the talk must be about: programmes, segments or a BPJS.
    about: Collection[str] = ()
    #: Only where hardly more is said.
    short: bool = False

    def asked(self, turn: Turn, text: str) -> bool:
        """Whether a message asks this."""
        if self.short and len(text.split()) > thresholds().steering_words:
            return False
        if self.about and not _spoken_of(turn) & set(self.about):
            return False
        return all(_speaks(text, topic) for topic in self.all) and not any(_speaks(text, topic) for topic in self.none)


_TABLE: Final[dict[str, Any]] = table("plain_questions")
_WORDS: Final[dict[str, list[str]]] = _TABLE["words"]
_QUESTIONS: Final = tuple(PlainQuestion(**entry) for entry in _TABLE["questions"])
_COUNTERPARTS: Final[dict[str, str]] = _TABLE["counterparts"]


def answered_by_words(turn: Turn) -> Reply | Opens | None:
    """The article that the words ask for, or the last calculation for another number of people; else nothing."""
    if _is_led_elsewhere(turn):
        return None
    text = plain(turn.inbound.text)
    slug = _defined(text) or next((one.article for one in _QUESTIONS if one.asked(turn, text)), None)
    slug = slug or _of_other_scheme(turn, text)
    if slug:
        return show_article(turn, slug)
    return _arrears_worked_out(turn) or _calculated_for_others(turn, text) or _of_ours_after_all(turn, text)


def _is_led_elsewhere(turn: Turn) -> bool:
    """Whether Rasa is sure of something that is more than a question."""
    reading = turn.understanding
    return reading is not None and reading.intent in _TABLE["yields_to"] and reading.confidence >= thresholds().answer


def _speaks(text: str, topic: str) -> bool:
    return contains(text, _WORDS[topic]) if topic in _WORDS else mentions(text, topic)


def _spoken_of(turn: Turn) -> set[str]:
    """The programme, the segment and the BPJS the talk is about."""
    last, segment, scheme = shown_article(turn), spoken_segment(turn), spoken_scheme(turn)
    return {str(one) for one in (last and last.programme, segment, scheme) if one}


def _defined(text: str) -> str | None:
    """The article on the programme of which hardly more is said than "what is it"."""
    words = set(text.split()) - steering().particles
    asked = words & set(_TABLE["definition"]["asked_by"])
    named = words - set(_TABLE["definition"]["asked_by"]) - set(_TABLE["definition"]["besides"])
    articles: dict[str, str] = _TABLE["definition"]["articles"]
    return articles.get(named.pop()) if asked and len(named) == 1 else None


def _of_other_scheme(turn: Turn, text: str) -> str | None:
    """What answers the last question for the other BPJS, where only that one is named: "yg kesehatan?"."""
    last = shown_article(turn)
    if last is None or last.scheme is None or turn.state.form:
        return None
    other = Scheme.JKN if last.scheme is Scheme.BPJSTK else Scheme.BPJSTK
    words = set(text.split()) - steering().particles - set(_TABLE["besides_scheme"])
    if not words or not words <= set(_TABLE["schemes"][other.value]):
        return None
    return _COUNTERPARTS.get(last.slug) or fitting_article(turn, last.title, other)


def _arrears_worked_out(turn: Turn) -> Opens | None:
    """The calculator for somebody months behind with JKN: cover has stopped, and this brings it back."""
    is_open = turn.state.form is not None and turn.state.form.dialog == "arrears"
    if is_open or not is_behind(turn) or (scheme_of(turn) or spoken_scheme(turn)) is not Scheme.JKN:
        return None
    return Opens("arrears", {} if segment_told(turn) else {"segment": Segment.PBPU.lower()})


def _calculated_for_others(turn: Turn, text: str) -> Opens | None:
    """The last calculation of a family again, for as many people as a short message counts."""
    known = turn.state.known
    is_short = len(text.split()) <= thresholds().steering_words
    if turn.state.form or not is_short or "care_class" not in known or segment_told(turn) is not Segment.PBPU:
        return None
    return Opens("contributions") if people_in(text, _TABLE["most_people"]) else None


def _of_ours_after_all(turn: Turn, text: str) -> Reply | None:
    """An article for a question that Rasa takes for none of ours although it names a BPJS."""
    if turn.state.form or turn.intent != "out_of_scope" or not _speaks(text, "bpjs"):
        return None
    slug = fitting_article(turn, turn.inbound.text, scheme_of(turn))
    return show_article(turn, slug) if slug else None
