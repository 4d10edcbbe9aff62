"""`python -m tests.telegram_server --port 8081`: the server as a process of its own, until it is stopped."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys

from .serving import serving
from .world import TOKEN, World


async def run(port: int, world: World) -> None:
    """Serve, after saying where on the first line of output."""
    async with serving(world, port=port) as server:
        sys.stdout.write(f"{server.address}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--token", default=TOKEN)
parser.add_argument("--tunnel", default="", help="address that webhooks are called at, such as http://127.0.0.1:8000")
wanted = parser.parse_args()
with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
    asyncio.run(run(wanted.port, World(token=wanted.token, tunnel=wanted.tunnel)))
