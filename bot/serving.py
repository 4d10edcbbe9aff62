"""Serving the web app with uvicorn."""

from __future__ import annotations

import socket

import uvicorn

from bot.app import make_app
from bot.bootstrap import make_services
from bot.settings import Settings

#: Event streams stay open; they are cut after so many seconds when the app stops.
GRACE_SECONDS = 3


async def serve(settings: Settings) -> None:
    """Serve the web pages until asked to stop."""
    config = uvicorn.Config(
        make_app(make_services(settings)),
        host=settings.host,
        port=settings.port,
        timeout_graceful_shutdown=GRACE_SECONDS,
        access_log=False,
        proxy_headers=True,
        log_config=None,
    )
    await uvicorn.Server(config).serve(_inherited(settings))


def _inherited(settings: Settings) -> list[socket.socket] | None:
    """The socket that the supervisor opened, or none: then uvicorn opens one."""
    return None if settings.web_socket is None else [socket.socket(fileno=settings.web_socket)]
