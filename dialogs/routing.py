"""Which intent leads where: the table `intents.yml`, and the catalogue of everything the assistant can do.

A route leads to exactly one of
- `handler`: a function of one turn, answering at once or opening a dialog;
- `dialog`: a form, opened with what its `prefill` finds;
- `article`: an article of the knowledge base, shown by the handler "article";
- `command`: a steering command of the engine (cancel, back, menu, help, repeat).

Handlers the engine calls by name: "person" (asks for a person; reads `turn.person_reason`), "article"
(`turn.inbound.choice` is `k:<slug>`) and "rating" (`turn.inbound.choice` is `r:yes:<slug>` or `r:no:<slug>`).
A choice `h:<handler>` or `h:<handler>:<anything>` calls that handler, which finds the id in `turn.inbound.choice`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from dialogs.forms import Dialog, Opens
from dialogs.messages import Reply
from dialogs.tables import Command

if TYPE_CHECKING:
    from dialogs.turns import Turn

Handler = Callable[["Turn"], Awaitable[Reply | Opens]]
#: Answers a question, or has no answer.
Beside = Callable[["Turn"], Reply | None]
#: The same; it may open a dialog.
Plainly = Callable[["Turn"], Reply | Opens | None]

TITLE_LENGTH = 24


class RouteKind(StrEnum):
    """Where a route leads."""

    HANDLER = "handler"
    DIALOG = "dialog"
    ARTICLE = "article"
    COMMAND = "command"


@dataclass(frozen=True)
class Route:
    """Where one intent leads. `label` is its readable title when choices are offered."""

    intent: str
    label: str
    kind: RouteKind
    target: str
    #: It may interrupt an open form: it is answered, and the form goes on.
    informs: bool = False

    @property
    def handler(self) -> str | None:
        """Name of the handler, if it leads to one."""
        return self.target if self.kind is RouteKind.HANDLER else None

    @property
    def dialog(self) -> str | None:
        """Name of the dialog, if it leads to one."""
        return self.target if self.kind is RouteKind.DIALOG else None

    @property
    def article(self) -> str | None:
        """Slug of the article, if it leads to one."""
        return self.target if self.kind is RouteKind.ARTICLE else None


@dataclass(frozen=True)
class Catalogue:
    """Everything the assistant can do."""

    dialogs: Mapping[str, Dialog]
    handlers: Mapping[str, Handler]
    routes: Mapping[str, Route]
    #: Asked when a message asks something and Rasa is not sure what.
    beside: Beside = lambda turn: None  # noqa: ARG005
    #: Said before the reply of an open form, where a message tells of a danger.
    warning: Beside = lambda turn: None  # noqa: ARG005
    #: Asked before Rasa's reading is followed: the words alone may say what is wanted.
    plainly: Plainly = lambda turn: None  # noqa: ARG005

    def __post_init__(self) -> None:
        """Refuse a route that leads nowhere; raises `ValueError`."""
        if "person" not in self.handlers:
            raise ValueError("a participant must be able to reach a person: there is no handler 'person'")
        for route in self.routes.values():
            if route.handler is not None and route.handler not in self.handlers:
                raise ValueError(f"{route.intent}: there is no handler {route.handler!r}")
            if route.dialog is not None and route.dialog not in self.dialogs:
                raise ValueError(f"{route.intent}: there is no dialog {route.dialog!r}")
            if route.kind is RouteKind.ARTICLE and "article" not in self.handlers:
                raise ValueError(f"{route.intent}: there is no handler 'article'")
            if route.kind is RouteKind.COMMAND and route.target not in set(Command):
                raise ValueError(f"{route.intent}: there is no command {route.target!r}")


def load_routes(path: Path) -> dict[str, Route]:
    """The routes of a table `intent: {label, handler|dialog|article|command, informs}`; raises `ValueError`."""
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(table, dict):
        raise ValueError(f"{path.name}: expected a mapping of intents")  # noqa: TRY004 - bad data, not a bad call
    return {intent: _route(path.name, intent, entry) for intent, entry in table.items()}


def _route(file: str, intent: str, entry: Any) -> Route:
    where = f"{file}: {intent}"
    if not isinstance(entry, dict):
        raise ValueError(f"{where}: expected label and where it leads")  # noqa: TRY004
    unknown = set(entry) - {"label", "informs", *RouteKind}
    if unknown:
        raise ValueError(f"{where}: unknown {', '.join(sorted(map(str, unknown)))}")
    kinds = [kind for kind in RouteKind if kind in entry]
    if len(kinds) != 1:
        raise ValueError(f"{where}: needs exactly one of {', '.join(RouteKind)}")
    label, target, informs = entry.get("label"), entry[kinds[0]], entry.get("informs", False)
    if not isinstance(label, str) or not 0 < len(label) <= TITLE_LENGTH:
        raise ValueError(f"{where}: label must have 1 to {TITLE_LENGTH} characters")
    if not isinstance(target, str) or not target:
        raise ValueError(f"{where}: {kinds[0]} must be a name")
    if not isinstance(informs, bool):
        raise ValueError(f"{where}: informs must be true or false")  # noqa: TRY004
    return Route(intent=intent, label=label, kind=kinds[0], target=target, informs=informs)
