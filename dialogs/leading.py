"""Following a route: to a handler, a dialog, an article or a command; and the choices that can be pressed any time."""

from __future__ import annotations

from dataclasses import replace

from dialogs import commands
from dialogs.asking import button, menu
from dialogs.messages import Understanding
from dialogs.progress import again, call, open_dialog, plain_reply, put_aside
from dialogs.routing import Catalogue, Route, RouteKind
from dialogs.state import DialogState
from dialogs.tables import Command, steering
from dialogs.turns import Decision, Outcome, Turn


async def follow(turn: Turn, catalogue: Catalogue, route: Route) -> Outcome:
    """Go where the route leads."""
    match route.kind:
        case RouteKind.DIALOG:
            return await open_dialog(turn, catalogue, route.target, {}, route.intent)
        case RouteKind.ARTICLE:
            shown = replace(turn, inbound=replace(turn.inbound, choice=f"k:{route.target}"))
            return await call(shown, catalogue, "article", route.intent)
        case RouteKind.COMMAND:
            return await commands.run(turn, catalogue, Command(route.target))
        case RouteKind.HANDLER:
            return await call(turn, catalogue, route.target, route.intent, _decision(route))


async def follow_urgent(turn: Turn, catalogue: Catalogue, route: Route) -> Outcome:
    """Answer what cannot wait. After an emergency the form is put aside, to be taken up by a choice."""
    if route.intent not in steering().sets_aside or not turn.state.form:
        return await follow(turn, catalogue, route)
    aside = put_aside(turn)
    outcome = await follow(aside.having(parked=()), catalogue, route)
    outcome = replace(outcome, state=replace(outcome.state, parked=aside.state.parked))
    if outcome.state.form:
        return outcome
    reply = outcome.reply
    return replace(outcome, reply=replace(reply, choices=(*reply.choices[:9], button(Command.CONTINUE))))


async def follow_choice(turn: Turn, catalogue: Catalogue, before: DialogState) -> Outcome | None:
    """What a pressed route, article, rating or handler does, now or weeks later; None when it is none of these."""
    kind, _, name = (turn.inbound.choice or "").partition(":")
    match kind:
        case "i" if name in catalogue.routes:
            return await follow(_with_kept_message(turn, before, name), catalogue, catalogue.routes[name])
        case "k" if name and "article" in catalogue.handlers:
            return await call(turn, catalogue, "article")
        case "r" if name.startswith(("yes:", "no:")) and "rating" in catalogue.handlers:
            return await call(turn, catalogue, "rating")
        case "h" if name.partition(":")[0] in catalogue.handlers:
            return await call(turn, catalogue, name.partition(":")[0])
    return None


def passed_by(turn: Turn, catalogue: Catalogue) -> Outcome:
    """A button of a question that is over."""
    if turn.state.form:
        return again(turn, catalogue, "engine/button_passed")
    return plain_reply(turn, menu(turn, catalogue, "engine/button_passed"), Decision.MENU)


def _with_kept_message(turn: Turn, before: DialogState, intent: str) -> Turn:
    inbound = replace(turn.inbound, text=before.pending_text or "", files=before.pending_files)
    understanding = Understanding(intent, 1.0, entities=before.pending_entities)
    return replace(turn, inbound=inbound, understanding=understanding)


def _decision(route: Route) -> Decision:
    return Decision.PERSON if route.handler == "person" else Decision.ANSWERED
