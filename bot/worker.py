"""The worker that takes turns: Procrastinate's, with the sweep that frees the turns of killed workers."""

from __future__ import annotations

import asyncio
import logging

from procrastinate import App, RetryStrategy

from bot.background import in_background
from bot.bootstrap import database_url, make_assistant, make_nlu, open_settings_database
from bot.live_texts import Texts
from bot.settings import Settings
from bot.turn import Assistant, take_turn
from storage.queue import TAKE_TURN, TURNS, open_queue

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0
STALLED_SECONDS = 8.0
SWEEP_SECONDS = 2.0
#: A notification that arrives while a worker is just looking is lost on it; so it looks again soon.
POLL_SECONDS = 0.25
#: A turn that is being taken when we stop gets so long to end.
GRACE_SECONDS = 5


def define_turns(queue: App, assistant: Assistant) -> None:
    """Teach the queue to take turns. A failed turn is tried again soon: its message holds the conversation back."""

    @queue.task(name=TAKE_TURN, queue=TURNS, retry=RetryStrategy(wait=1))
    async def turn(conversation_id: int) -> None:
        await take_turn(assistant, conversation_id)


async def work(settings: Settings) -> None:
    """Take turns until the process is asked to stop."""
    database = open_settings_database(settings, pool_size=settings.turn_concurrency, checked=False)
    queue = open_queue(database_url(settings), pool_size=settings.turn_concurrency + 2)
    assistant = make_assistant(database, make_nlu(settings), settings.address)
    define_turns(queue, assistant)
    texts = Texts(database, assistant.clock, assistant.speak_from)
    async with queue.open_async(), texts.followed():
        await _work(queue, settings.turn_concurrency)
    await database.close()


async def _work(queue: App, concurrency: int) -> None:
    async with in_background(_sweep(queue)):
        await queue.run_worker_async(
            queues=[TURNS],
            concurrency=concurrency,
            delete_jobs="successful",
            fetch_job_polling_interval=POLL_SECONDS,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
            shutdown_graceful_timeout=GRACE_SECONDS,
            install_signal_handlers=False,
        )


async def _sweep(queue: App) -> None:
    """Give turns back whose worker was killed."""
    while True:
        for job in await queue.job_manager.get_stalled_jobs(queue=TURNS, seconds_since_heartbeat=STALLED_SECONDS):
            log.warning("A turn is given back: its worker is gone", extra={"action": "turn_freed", "job": job.id})
            await queue.job_manager.retry_job(job)
        await asyncio.sleep(SWEEP_SECONDS)
