"""The scheduler: APScheduler knocks, the database decides. Any number may run; one acts at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from dialogs.nudges import nudge_policy
from scheduler.housekeeping import clean_up
from scheduler.make_periods import make_all_periods
from scheduler.plan_nudges import plan_all_due
from scheduler.watch_takeovers import return_silent_takeovers
from storage.database import Database, open_database
from storage.vault import load_or_make_key

log = logging.getLogger("scheduler")

#: Advisory lock of the scheduler that acts.
ACTING = 7_264_002

Job = Callable[[], Awaitable[object]]


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


async def run(url: str, key_file: Path) -> None:
    """Plan, watch and clean up until asked to stop."""
    database = open_database(url, load_or_make_key(key_file), pool_size=3)
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None})
    for name, trigger, job in _jobs(database):
        scheduler.add_job(_if_acting(url, name, job), trigger, id=name, max_instances=1, next_run_time=now())
    scheduler.start()
    stopped = asyncio.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wanted, stopped.set)
    await stopped.wait()
    scheduler.shutdown()
    await database.close()


def _jobs(database: Database) -> list[tuple[str, CronTrigger, Job]]:
    every_minute = CronTrigger(second=0, timezone=UTC)
    every_hour = CronTrigger(minute=7, timezone=UTC)
    return [
        ("plan nudges", every_minute, lambda: plan_all_due(database, nudge_policy(), now())),
        ("make periods", every_hour, lambda: make_all_periods(database, now())),
        ("return silent takeovers", every_minute, lambda: return_silent_takeovers(database, now())),
        ("clean up", every_hour, lambda: clean_up(database, now())),
    ]


def _if_acting(url: str, name: str, job: Job) -> Callable[[], Awaitable[None]]:
    """The job, run only by the scheduler that holds the advisory lock meanwhile."""

    async def run_once() -> None:
        async with _acting(url) as acts:
            if acts:
                done = await job()
                if done:
                    log.info("%s: %s", name, done, extra={"action": name})

    return run_once


@contextlib.asynccontextmanager
async def _acting(url: str) -> AsyncIterator[bool]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        row = await (await connection.execute("SELECT pg_try_advisory_lock(%s)", (ACTING,))).fetchone()
        yield bool(row and row[0])


def main() -> None:
    """Run on the database and the key that the environment names."""
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    asyncio.run(run(os.environ["DATABASE_URL"], Path(os.environ["PANDU_HOME"]) / "keys" / "pandu.key"))


if __name__ == "__main__":
    main()
