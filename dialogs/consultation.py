"""Questions answered by articles: found, dated, sourced; asked which BPJS when it matters; helped or not."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from dialogs.forms import Answers, Dialog, Opens, Question
from dialogs.hints import mentions, programme_named, scheme_of
from dialogs.messages import Choice, Reply
from dialogs.offers import button, choices, reply, say, short, table
from dialogs.people import waits_from
from dialogs.ports import HandoffReason
from dialogs.readers import choice_of
from dialogs.steering import asks
from dialogs.topic import event_article, goes_on, nearest_first, spoken_scheme
from dialogs.turns import Turn
from knowledge_base.asked_month import day_asked_about
from knowledge_base.library import Article, Expired, Hit
from social_security.programmes import Programme, Scheme, Segment

_TABLE: Final[dict[str, Any]] = table("consultation")
_DEFAULTS: Final[dict[str, dict[str, str]]] = _TABLE["defaults"]
_SCHEMES: Final = choices("which_bpjs", "scheme")


async def consultation(turn: Turn) -> Reply | Opens:
    """Answer a question by the best article; ask "Kesehatan atau Ketenagakerjaan?" when both fit and it matters."""
    question, scheme = turn.inbound.text, scheme_of(turn)
    if scheme is None and turn.state.form is None and _needs_scheme(turn, question):
        return Opens("which_bpjs", {"question": question, "intent": _intent(turn)})
    return _answer(turn, question, scheme, _intent(turn))


def beside(turn: Turn) -> Reply | None:
    """Answer a question nobody else is sure of, when an article fits well, or goes on with the one shown last."""
    question, scheme = turn.inbound.text, scheme_of(turn)
    if scheme is None and turn.state.form is None and _needs_scheme(turn, question):
        return None
    found = _hits(turn, question, scheme or spoken_scheme(turn))
    if not found or found[0].score < _TABLE["goes_on_from" if goes_on(turn, found[0].article) else "beside_from"]:
        return None
    tied = _tied(found)
    if _is_vague(turn, question, tied):
        return _offer(turn, tied)
    return _show(turn, found[0].article.slug, day_asked_about(question, turn.today))


def fraud_warning(turn: Turn) -> Reply | None:
    """What to do at once, for somebody who gave a code away or asks whether a message is genuine."""
    happened = event_article(turn, "fraud")
    if happened is None or (happened in _TABLE["when_asked"] and not asks(turn.inbound.text)):
        return None
    return _show(turn, happened)


def show_article(turn: Turn, slug: str) -> Reply | None:
    """An article by its name, with the figures of the month asked about; nothing when it has expired."""
    return _show(turn, slug, day_asked_about(turn.inbound.text, turn.today))


def fitting_article(turn: Turn, question: str, scheme: Scheme | None) -> str | None:
    """Name of the article that answers a question best, if one does."""
    hits = _hits(turn, question, scheme)
    return hits[0].article.slug if hits else None


async def article(turn: Turn) -> Reply:
    """Show the article of the button `k:<slug>`."""
    return _show(turn, _slug(turn)) or _no_answer(turn)


def dues_of_others(turn: Turn, segment: Segment) -> Reply:
    """The article on the dues of a segment whose members are not billed themselves: projects, migrants, the poor."""
    return _show(turn, _TABLE["dues_of_others"][segment.value]) or _no_answer(turn)


async def more(turn: Turn) -> Reply:
    """Show the second part of an article, from the button `h:more:<slug>`."""
    slug = _slug(turn)
    try:
        shown = turn.library.render(slug, turn.today)
    except (KeyError, Expired):
        return _no_answer(turn)
    text = say(
        turn,
        "consultation/article",
        text=shown.more or shown.text,
        source_line=shown.source_line,
        grieves=False,
        month=None,
    )
    return Reply(text, _ratings(turn, slug))


async def rating(turn: Turn) -> Reply:
    """Keep whether an article helped; when it did not, offer others and a person."""
    helped, slug = (turn.inbound.choice or "").split(":")[1] == "yes", _slug(turn)
    try:
        rated = turn.library.get(slug)
    except KeyError:
        return _no_answer(turn)
    await turn.case.rate_article(slug, helped=helped)
    if helped:
        return reply(turn, "consultation/helped", "menu")
    related = _related(turn, rated)
    text = say(turn, "consultation/not_helped", related=[other.title for other in related])
    return Reply(text, (*(_link(other) for other in related), button("not_helped"), button("complain")))


async def not_helped(turn: Turn) -> Reply:
    """Put somebody on the waiting list whom no article helped."""
    await turn.case.request_person(HandoffReason.NOT_HELPED)
    return reply(turn, "people/not_helped", "menu", **waits_from(turn))


async def _which_answered(turn: Turn, answers: Answers) -> Reply:
    return _answer(turn, answers["question"], Scheme(answers["scheme"]), answers["intent"])


def _answer(turn: Turn, question: str, scheme: Scheme | None, intent: str) -> Reply:
    hits, on = _hits(turn, question, scheme), day_asked_about(question, turn.today)
    tied, happened = _tied(hits), event_article(turn, intent)
    if happened and (not hits or hits[0].score < _TABLE["event_until"]):
        return _show(turn, happened, on) or _no_answer(turn)
    if intent in _TABLE["offered_when_vague"] and _is_vague(turn, question, tied):
        return _offer(turn, tied)
    default = _default(intent, scheme or spoken_scheme(turn))
    slug = default if not tied or default in {one.slug for one in tied} else tied[0].slug
    return (slug and _show(turn, slug, on)) or _no_answer(turn)


def _tied(hits: list[Hit]) -> list[Article]:
    """The best article and those that fit as well."""
    return [hit.article for hit in hits if abs(hits[0].score - hit.score) <= _TABLE["ties_within"]]


def _is_vague(turn: Turn, question: str, tied: list[Article]) -> bool:
    """Whether articles of many programmes fit and the participant named none."""
    if not tied:
        return False
    words = question.casefold().split()
    is_named = programme_named(turn.understanding) or any(one.casefold() in words for one in Programme)
    if is_named or goes_on(turn, tied[0]):
        return False
    needed: int = _TABLE["vague_from"]
    return len({article.programme for article in tied}) >= needed


def _offer(turn: Turn, articles: list[Article]) -> Reply:
    offered = articles[: _TABLE["most_offered"]]
    text = say(turn, "consultation/which_article", titles=[one.title for one in offered])
    return Reply(text, (*(_link(one) for one in offered), button("person")))


def _needs_scheme(turn: Turn, question: str) -> bool:
    """Whether articles of both BPJS fit about as well, or the answer without one depends on the BPJS."""
    hits = _hits(turn, question, None)
    if not hits:
        defaults = _DEFAULTS.get(_intent(turn), {})
        return bool(defaults) and "any" not in defaults and spoken_scheme(turn) is None
    best = hits[0]
    if best.article.scheme is None:
        return False
    if spoken_scheme(turn) in {one.article.scheme for one in hits}:
        return False
    other = next((hit for hit in hits if hit.article.scheme not in {None, best.article.scheme}), None)
    return other is not None and best.score - other.score < _TABLE["rivals_within"]


def _hits(turn: Turn, question: str, scheme: Scheme | None) -> list[Hit]:
    if not question.strip():
        return []
    on = day_asked_about(question, turn.today)
    found = turn.library.search(question, on=on, scheme=scheme, limit=_TABLE["looked_at"])
    fitting = [hit for hit in found if hit.score >= _TABLE["answers_from"]]
    return nearest_first(turn, fitting)[: _TABLE["most_offered"]]


def _default(intent: str, scheme: Scheme | None) -> str | None:
    defaults = _DEFAULTS.get(intent, {})
    return defaults.get(scheme.value if scheme else "any", defaults.get("any"))


def _show(turn: Turn, slug: str, on: date | None = None) -> Reply | None:
    """The article with the figures of a day: today's, or those of the month asked about."""
    try:
        shown = turn.library.render(slug, on or turn.today)
    except (KeyError, Expired):
        return None
    grieves = mentions(turn.inbound.text, "died")
    text = say(
        turn,
        "consultation/article",
        text=shown.text,
        source_line=shown.source_line,
        grieves=grieves,
        month=on if on and on > turn.today else None,
    )
    longer = (Choice(f"h:more:{slug}", say(turn, "consultation/more")),) if shown.more else ()
    steps = tuple(Choice(choice_id, title) for choice_id, title in shown.next_steps)
    return Reply(text, (*_ratings(turn, slug), *longer, *steps), article=slug)


def _ratings(turn: Turn, slug: str) -> tuple[Choice, Choice]:
    yes, no = say(turn, "consultation/yes"), say(turn, "consultation/no")
    return Choice(f"r:yes:{slug}", yes), Choice(f"r:no:{slug}", no)


def _related(turn: Turn, rated: Article) -> list[Article]:
    found = turn.library.search(rated.title, on=turn.today, scheme=rated.scheme, limit=_TABLE["related"] + 1)
    near = [hit.article for hit in found if hit.score >= _TABLE["related_from"]]
    return [other for other in near if other.slug != rated.slug][: _TABLE["related"]]


def _link(other: Article) -> Choice:
    return Choice(f"k:{other.slug}", short(other.title))


def _no_answer(turn: Turn) -> Reply:
    return reply(turn, "consultation/no_answer", "not_helped", "complain", "menu")


def _slug(turn: Turn) -> str:
    return (turn.inbound.choice or "").rpartition(":")[2]


def _intent(turn: Turn) -> str:
    return turn.understanding.intent if turn.understanding else ""


WHICH_BPJS: Final = Dialog(
    name="which_bpjs",
    questions=(Question("scheme", choice_of(_SCHEMES, table("synonyms")["scheme"]), _SCHEMES),),
    complete=_which_answered,
)
