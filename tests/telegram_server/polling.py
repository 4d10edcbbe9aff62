"""How updates leave the server: long polls that confirm by offset, or requests to a webhook."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from urllib.parse import urlsplit

import httpx

from .parameters import Parameters
from .world import Json, Refused, World

LONGEST_POLL_SECONDS = 50
RETRY_SECONDS = 0.2


async def get_updates(world: World, parameters: Parameters) -> list[Json]:
    """Updates from the offset on, after confirming those before it; waits up to `timeout` seconds for one."""
    if world.webhook:
        raise Refused(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    world.polls += 1
    mine = world.polls
    world.wake()
    if (allowed := parameters.json("allowed_updates")) is not None:
        world.allowed_updates = allowed
    world.confirm(parameters.number("offset"))
    ends = asyncio.get_running_loop().time() + min(parameters.number("timeout"), LONGEST_POLL_SECONDS)
    while not world.updates and (left := ends - asyncio.get_running_loop().time()) > 0:
        with suppress(TimeoutError):
            await asyncio.wait_for(world.news.wait(), left)
        if world.polls != mine:
            raise Refused(
                409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            )
    limit = min(max(parameters.number("limit", 100), 1), 100)
    return list(world.updates)[:limit]


async def push_updates(world: World) -> None:
    """Post each update to the webhook, one after another, again until it is taken."""
    async with httpx.AsyncClient() as client:
        while True:
            news = world.news
            if not (world.webhook and world.updates):
                await news.wait()
            elif await _post(client, world.webhook, world.updates[0], world.tunnel):
                world.updates.popleft()
            else:
                await asyncio.sleep(RETRY_SECONDS)


async def _post(client: httpx.AsyncClient, webhook: Json, update: Json, tunnel: str) -> bool:
    secret = webhook["secret_token"]
    headers = {"Content-Type": "application/json"}
    if secret:
        headers["X-Telegram-Bot-Api-Secret-Token"] = secret
    try:
        answer = await client.post(tunnel + urlsplit(webhook["url"]).path, content=json.dumps(update), headers=headers)
    except httpx.TransportError:
        return False
    return answer.is_success
