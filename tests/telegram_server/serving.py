"""The server itself: the Bot API over HTTP, and `/_test/…` for tests in other processes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .answers import answer
from .control import control_routes
from .methods import METHODS
from .parameters import read_parameters
from .participant import Participant
from .polling import get_updates, push_updates
from .world import Refused, World

WELL_FORMED = re.compile(r"\d+:[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class TelegramServer:
    """A running server, for tests in the same process."""

    address: str
    world: World

    def participant(self, chat_id: int, first_name: str = "Siti") -> Participant:
        """The person with that chat."""
        return Participant(self.world, self.world.chat(chat_id, first_name))


def make_app(world: World) -> Starlette:
    """The HTTP side of a world."""

    async def call(request: Request) -> Response:
        try:
            return answer({"ok": True, "result": await _call(world, request)})
        except Refused as refusal:
            body = {"ok": False, "error_code": refusal.code, "description": refusal.description}
            more = {"parameters": refusal.parameters} if refusal.parameters else {}
            return answer(body | more, refusal.code)

    async def download(request: Request) -> Response:
        content = world.files.get(request.path_params["file_id"])
        if request.path_params["token"] != world.token or content is None:
            return answer({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
        return Response(content, media_type="application/octet-stream")

    return Starlette(
        routes=[
            Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
            Route("/file/bot{token}/documents/{file_id}", download),
            *control_routes(world),
        ]
    )


async def _call(world: World, request: Request) -> object:
    token, method = request.path_params["token"], request.path_params["method"]
    if not WELL_FORMED.fullmatch(token):
        raise Refused(404, "Not Found")
    if token != world.token:
        raise Refused(401, "Unauthorized")
    parameters = await read_parameters(request)
    if method == "getUpdates":
        return await get_updates(world, parameters)
    if method not in METHODS:
        raise Refused(404, "Not Found")
    return METHODS[method](world, parameters)


@asynccontextmanager
async def serving(world: World | None = None, *, port: int = 0) -> AsyncIterator[TelegramServer]:
    """A running server of that world, or of a new one, on that port or a free one."""
    world = world or World()
    config = uvicorn.Config(make_app(world), port=port, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server._serve())
    pushing = asyncio.create_task(push_updates(world))
    while not server.started:
        await asyncio.sleep(0.01)
    chosen = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield TelegramServer(f"http://127.0.0.1:{chosen}", world)
    finally:
        pushing.cancel()
        with suppress(asyncio.CancelledError):
            await pushing
        server.should_exit = True
        await running
