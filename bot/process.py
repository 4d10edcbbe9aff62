"""The processes that the supervisor starts: `python -m bot.process app|turns|sender`.

Each imports only what it runs.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine

import uvloop

from bot.bootstrap import set_up_logging
from bot.settings import Settings

#: What a process gets to end in order; without a database some of it would wait much longer.
LETTING_GO_SECONDS = 6.0


async def run_app(settings: Settings) -> None:
    """Serve the web pages until asked to stop."""
    from bot.serving import serve

    await serve(settings)


async def run_turns(settings: Settings) -> None:
    """Take turns until asked to stop."""
    from bot.worker import work

    await work(settings)


async def run_sender(settings: Settings) -> None:
    """Deliver replies and nudges until asked to stop."""
    from bot.sender import send

    await send(settings)


PROCESSES: dict[str, Callable[[Settings], Coroutine[None, None, None]]] = {
    "app": run_app,
    "turns": run_turns,
    "sender": run_sender,
}


async def until_stopped(work: Coroutine[None, None, None]) -> None:
    """Do the work until it ends, or until SIGTERM or SIGINT ends it.

    The process then ends at once: tasks that libraries left behind, waiting for a database that is gone, would hold
    the event loop's own end up for ever.
    """
    task, stopped = asyncio.ensure_future(work), asyncio.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(wanted, stopped.set)
    stopping = asyncio.ensure_future(stopped.wait())
    await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    else:
        task.cancel()
        _, holding_on = await asyncio.wait({task}, timeout=LETTING_GO_SECONDS)
        logging.shutdown()
        os._exit(len(holding_on))


def main() -> None:
    """Run the process that is named on the command line."""
    set_up_logging()
    uvloop.run(until_stopped(PROCESSES[sys.argv[1]](Settings())))


if __name__ == "__main__":
    main()
