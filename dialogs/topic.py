"""What the talk is about: the article shown last, the membership last spoken of, what has happened."""

from __future__ import annotations

from typing import Any, Final

from dialogs.hints import care_class_named, drives, mentions, programme_named, scheme_of, segment_named
from dialogs.offers import table
from dialogs.turns import Turn
from knowledge_base.library import Article, Hit
from social_security.programmes import Scheme, Segment

_TABLE: Final[dict[str, Any]] = table("consultation")
_EVENTS: Final[dict[str, dict[str, str]]] = _TABLE["events"]


def segment_told(turn: Turn) -> Segment | None:
    """The segment the message names or tells, else the one last spoken of; not that of the other BPJS."""
    named, scheme = segment_named(turn.understanding), scheme_of(turn)
    if named is not None:
        return named
    if care_class_named(turn):
        return Segment.PBPU
    if drives(turn) and scheme is not Scheme.JKN:
        return Segment.BPU
    spoken = _segment_in(turn.state.known)
    return spoken if spoken and scheme in {None, spoken.scheme} else None


def nearest_first(turn: Turn, hits: list[Hit]) -> list[Hit]:
    """The hits with those first that go on with what was spoken of, unless the message names something itself."""
    if programme_named(turn.understanding) or scheme_of(turn):
        return hits
    return sorted(hits, key=lambda hit: -hit.score - _nearness(turn, hit.article))


def shown_scheme(turn: Turn) -> Scheme | None:
    """The BPJS of the article shown last."""
    last = shown_article(turn)
    return last.scheme if last else None


def spoken_scheme(turn: Turn) -> Scheme | None:
    """The BPJS the talk is about: the open form's, that of the article shown last, or of the membership told."""
    form = _scheme_in(turn.state.form.answers if turn.state.form else {})
    if form is not None:
        return form
    return shown_scheme(turn) if shown_article(turn) else _scheme_in(turn.state.known)


def spoken_segment(turn: Turn) -> Segment | None:
    """The membership the talk is about: the open form's, that of the article shown last, or the one told."""
    last = shown_article(turn)
    if turn.state.form is not None:
        return _segment_in(turn.state.form.answers)
    if last is None:
        return _segment_in(turn.state.known)
    return next((Segment(name) for name, begin in _TABLE["of_segment"].items() if last.slug.startswith(begin)), None)


def shown_article(turn: Turn) -> Article | None:
    """The article shown last, while the talk may go on about it."""
    return turn.library.articles.get(turn.state.article) if turn.state.article else None


def goes_on(turn: Turn, article: Article) -> bool:
    """Whether the article is of the programme of the one shown last, or one of its next steps."""
    return _is_of_programme(turn, article) or _is_next_step(turn, article)


def event_article(turn: Turn, intent: str) -> str | None:
    """The article for what the message says has happened, such as a death."""
    happened = (answers for event, answers in _EVENTS.items() if mentions(turn.inbound.text, event))
    return next((answers[intent] for answers in happened if intent in answers), None)


def _nearness(turn: Turn, article: Article) -> float:
    near: dict[str, float] = _TABLE["near"]
    return (
        near["scheme"] * (article.scheme is not None and article.scheme is spoken_scheme(turn))
        + near["programme"] * _is_of_programme(turn, article)
        + near["next_step"] * _is_next_step(turn, article)
    )


def _is_of_programme(turn: Turn, article: Article) -> bool:
    last = shown_article(turn)
    return last is not None and last.programme is not None and last.programme is article.programme


def _is_next_step(turn: Turn, article: Article) -> bool:
    """Whether the article is a next step of the one the talk is about, or is that one and not yet shown."""
    last = shown_article(turn)
    if last is None:
        return False
    unseen = {last.slug} - {choice.id.removeprefix("r:yes:") for choice in turn.state.choices}
    return article.slug in {step.article for step in last.next_steps} | unseen


def _scheme_in(answers: Any) -> Scheme | None:
    scheme, segment = answers.get("scheme"), _segment_in(answers)
    if segment is not None:
        return segment.scheme
    return Scheme(scheme) if scheme in {one.value for one in Scheme} else None


def _segment_in(answers: Any) -> Segment | None:
    return Segment.__members__.get(str(answers.get("segment") or "").upper())
