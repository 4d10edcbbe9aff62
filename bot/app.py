"""The web app: chat, desk, channel webhooks, health."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from bot.desk.routes import router as desk
from bot.forms.routes import router as forms
from bot.health import health
from bot.live_texts import Texts
from bot.services import Services
from bot.web import furnish
from bot.webchat.limits import ChatLimits
from bot.webchat.routes import router as webchat


def make_app(services: Services) -> FastAPI:
    """The app over those services; it listens for news while it runs."""

    texts = Texts(services.database, services.clock)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        async with services.news.listening(), texts.followed():
            yield

    app = FastAPI(title="Pandu", lifespan=running, openapi_url=None)
    app.state.services = services
    app.state.texts = texts
    app.state.chat_limits = ChatLimits(services.settings)
    furnish(app)
    app.include_router(webchat)
    app.include_router(desk)
    app.include_router(forms)
    if services.settings.telegram_token and services.settings.public_url:
        from bot.telegram.webhook import router as telegram

        app.include_router(telegram)
    app.get("/health")(health)
    return app
