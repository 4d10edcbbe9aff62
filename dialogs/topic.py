"""What the talk is about: the article shown last, the membership last spoken of, what has happened."""

from __future__ import annotations

from typing import Any, Final

from dialogs.hints import mentions, programme_named, scheme_of
from dialogs.offers import table
from dialogs.turns import Turn
from knowledge_base.library import Article, Hit
from social_security.programmes import Scheme, Segment

_TABLE: Final[dict[str, Any]] = table("consultation")
_EVENTS: Final[dict[str, dict[str, str]]] = _TABLE["events"]


def nearest_first(turn: Turn, hits: list[Hit]) -> list[Hit]:
    """The hits with those first that go on with what was spoken of, unless the message names something itself."""
    last = _last_article(turn)
    if last is None or programme_named(turn.understanding) or scheme_of(turn):
        return hits
    return sorted(hits, key=lambda hit: -hit.score - _nearness(last, hit.article))


def shown_scheme(turn: Turn) -> Scheme | None:
    """The BPJS of the article shown last."""
    last = _last_article(turn)
    return last.scheme if last else None


def spoken_scheme(turn: Turn) -> Scheme | None:
    """The BPJS the talk is about: the open form's, that of the article shown last, or of the membership told."""
    form = _scheme_in(turn.state.form.answers if turn.state.form else {})
    if form is not None:
        return form
    return shown_scheme(turn) if _last_article(turn) else _scheme_in(turn.state.known)


def goes_on(turn: Turn, article: Article) -> bool:
    """Whether the article is of the programme of the one shown last."""
    last = _last_article(turn)
    return last is not None and last.programme is not None and last.programme is article.programme


def event_article(turn: Turn, intent: str) -> str | None:
    """The article for what the message says has happened, such as a death."""
    happened = (answers for event, answers in _EVENTS.items() if mentions(turn.inbound.text, event))
    return next((answers[intent] for answers in happened if intent in answers), None)


def _nearness(last: Article, other: Article) -> float:
    of_scheme = last.scheme is not None and other.scheme is last.scheme
    of_programme = last.programme is not None and other.programme is last.programme
    near: dict[str, float] = _TABLE["near"]
    return near["scheme"] * of_scheme + near["programme"] * of_programme


def _last_article(turn: Turn) -> Article | None:
    """The article whose rating buttons are the last thing the participant was shown."""
    shown = turn.state.last_reply.choices if turn.state.last_reply else ()
    slugs = (choice.id.removeprefix("r:yes:") for choice in shown if choice.id.startswith("r:yes:"))
    return next((turn.library.articles[slug] for slug in slugs if slug in turn.library.articles), None)


def _scheme_in(answers: Any) -> Scheme | None:
    scheme, segment = answers.get("scheme"), Segment.__members__.get(str(answers.get("segment") or "").upper())
    if scheme in {one.value for one in Scheme}:
        return Scheme(scheme)
    return segment.scheme if segment else None
