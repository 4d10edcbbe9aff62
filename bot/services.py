"""What the parts of the web app share, handed to routes by FastAPI's dependencies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from procrastinate import App

from bot.live_texts import Texts
from bot.news import News
from bot.settings import Settings
from storage.database import Database


@dataclass(frozen=True)
class Services:
    """Settings, database, queue, news and clock of a process that serves the web."""

    settings: Settings
    database: Database
    queue: App
    news: News
    clock: Callable[[], datetime]


def get_services(request: Request) -> Services:
    """The services of the running app."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


Needs = Annotated[Services, Depends(get_services)]


def get_texts(request: Request) -> Texts:
    """The articles and rules the running app speaks from."""
    texts = request.app.state.texts
    assert isinstance(texts, Texts)
    return texts


NeedsTexts = Annotated[Texts, Depends(get_texts)]
