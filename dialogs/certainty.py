"""How sure is sure: which route Rasa's reading allows, and which two to offer when it is not sure."""

from __future__ import annotations

from dialogs.forms import Question
from dialogs.hints import refused_now
from dialogs.routing import Catalogue, Route, RouteKind
from dialogs.steering import asks, is_question, route_titled
from dialogs.tables import steering, thresholds
from dialogs.topic import spoken_scheme
from dialogs.turns import Turn
from dialogs.typed import plain
from dialogs.upkeep import was_silent

#: Fewer letters tell nothing.
SHORTEST_TOLD = 4


def sure_route(turn: Turn, catalogue: Catalogue) -> Route | None:
    """The route to follow at once: likely enough, and far enough ahead of the runner-up."""
    reading = turn.understanding
    if reading is None or reading.confidence < _needed(reading.intent):
        return None
    others = [confidence for intent, confidence in reading.ranking if intent != reading.intent]
    if reading.confidence - max(others, default=0.0) < thresholds().gap:
        return None
    return catalogue.routes.get(reading.intent)


def _needed(intent: str) -> float:
    return thresholds().urgent if intent in steering().urgent_intents else thresholds().answer


def strays(turn: Turn, catalogue: Catalogue, route: Route) -> bool:
    """Whether a route leads away from what the talk is about, and Rasa is not very sure of it.

    A calculation goes on with it.
    """
    if spoken_scheme(turn) is None or turn.understanding is None:
        return False
    opens_another = route.kind is RouteKind.DIALOG and not catalogue.dialogs[route.target].computes
    leads_away = opens_another or route.intent in steering().never_offered
    return leads_away and turn.understanding.confidence < thresholds().steer


def likeliest(turn: Turn, catalogue: Catalogue) -> tuple[Route, ...]:
    """The two likeliest routes, when the best is likely enough to be offered; else nothing."""
    reading = turn.understanding
    if reading is None or reading.confidence < thresholds().offer:
        return ()
    ranking = {reading.intent: reading.confidence} | dict(reading.ranking)
    ranked = sorted(ranking, key=lambda intent: ranking[intent], reverse=True)
    wishes = [intent for intent in ranked if intent not in steering().never_offered]
    routes = [catalogue.routes[intent] for intent in wishes if intent in catalogue.routes]
    offered = [route for route in routes if route.kind is not RouteKind.COMMAND][:2]
    return tuple(offered) if len(offered) == 2 else ()


def urgent_route(turn: Turn, catalogue: Catalogue, question: Question | None) -> Route | None:
    """The route of an emergency or a privacy request that Rasa is sure of; inside a form it must be surer.

    Who is refused at a hospital now is led to help by the words alone, also while Rasa is away.
    """
    reading = turn.understanding
    needed = thresholds().urgent_in_form if turn.state.form else thresholds().urgent
    if reading and reading.intent in steering().urgent_intents and reading.confidence >= needed:
        return catalogue.routes.get(reading.intent)
    return _refused_route(turn, catalogue, question)


def _refused_route(turn: Turn, catalogue: Catalogue, question: Question | None) -> Route | None:
    """The route of who is refused at a hospital now; a story is not cut short, and its own form hears it itself."""
    route, form = catalogue.routes.get(steering().refused_now), turn.state.form
    told_where_asked = awaits_more(turn) or (form is not None and (route is None or route.target == form.dialog))
    in_story = question is not None and question.free_text
    return None if in_story or told_where_asked or not refused_now(turn.inbound.text) else route


def awaits_more(turn: Turn) -> bool:
    """Whether the last reply invited to tell more, and no form was opened since."""
    invites = f"h:{steering().tells_more.handler}:"
    is_offered = any(choice.id.startswith(invites) for choice in turn.state.choices)
    return is_offered and turn.state.form is None and not was_silent(turn)


def told_more(turn: Turn, catalogue: Catalogue) -> str | None:
    """The handler that takes what is told after its reply, unless it asks, is a wish, or says nothing."""
    text = turn.inbound.text
    if not awaits_more(turn) or turn.inbound.edited:
        return None
    asked = asks(text) and not refused_now(text)
    is_new = asked or steering().tells_more.new.search(text) or plain(text) in steering().yes | steering().no
    route = sure_route(turn, catalogue)
    is_sure = route is not None and route.intent not in steering().tells_more.intents
    is_wish = is_sure or route_titled(text, catalogue.routes.values())
    is_told = turn.inbound.files or len(plain(text)) >= SHORTEST_TOLD
    return None if is_new or is_wish or not is_told else steering().tells_more.handler


def asked_meanwhile(turn: Turn, catalogue: Catalogue, question: Question | None) -> Route | None:
    """The route of a clear question to us that may interrupt a form; a story may have questions in it."""
    route = beside_form(turn, catalogue)
    in_story = question is not None and question.free_text
    is_asked = is_question(turn.inbound.text) if in_story else asks(turn.inbound.text)
    return route if route and route.informs and is_asked else None


def beside_form(turn: Turn, catalogue: Catalogue) -> Route | None:
    """The route that may be followed while a form is open; one that does not inform needs more certainty."""
    reading, form = turn.understanding, turn.state.form
    if reading is None or form is None or reading.intent in steering().never_beside_form:
        return None
    if reading.intent in steering().only_asked_beside_form and not asks(turn.inbound.text):
        return None
    route = catalogue.routes.get(reading.intent)
    if route is None or route.kind is RouteKind.COMMAND or route.target == form.dialog:
        return None
    needed = thresholds().interrupt if route.informs else thresholds().steer
    if route.intent in steering().urgent_intents:
        needed = thresholds().urgent_in_form
    return route if reading.confidence >= needed else None
