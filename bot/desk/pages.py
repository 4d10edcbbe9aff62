"""Rendering: one way to show a page of the desk, never kept by a browser."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from bot.desk import words
from bot.services import get_services
from bot.web import templates
from dialogs.complaint_states import SETTLED
from social_security.money import rupiah
from storage.staff_sessions import SignedIn

_templates = templates(words.HERE / "templates")
_templates.env.globals.update(labels=words.LABELS, settled=SETTLED)
_templates.env.filters.update(
    label=lambda value, kind: words.label(kind, value),
    category=words.category,
    nudge_reason=words.nudge_reason,
    day=words.day,
    month=words.month,
    clock=words.clock,
    ago=words.ago,
    collected=words.collected,
    form_title=words.form_title,
    intent_title=words.intent_title,
    subject=words.subject,
    rupiah=rupiah,
)


def page(request: Request, name: str, /, *, who: SignedIn | None = None, status: int = 200, **values: Any) -> Response:
    """The page of that template. `who` is signed in; the time is the app's own."""
    return HTMLResponse(
        render(name, request=request, who=who, now=get_services(request).clock(), **values),
        status_code=status,
        headers={"Cache-Control": "no-store"},
    )


def render(name: str, /, **values: Any) -> str:
    """The HTML of a template."""
    return _templates.get_template(f"{name}.html").render(**values)


def wants_page(request: Request) -> bool:
    """Whether a person looks at the answer, and not the script of an open page."""
    return "x-desk-live" not in request.headers and request.headers.get("accept") != "text/event-stream"
