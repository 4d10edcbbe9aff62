"""How commands reach the database: the running one, or the bundled Postgres started for as long as they run."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg

from bot.bundled_postgres import BundledPostgres
from bot.settings import Settings
from storage.database import Database, open_database
from storage.vault import load_or_make_key

Result = TypeVar("Result")


class CannotReach(Exception):
    """The database does not answer; the message says what to do."""


@contextmanager
def with_database(settings: Settings) -> Iterator[str]:
    """Address of the database."""
    cluster = BundledPostgres(settings.postgres_home.resolve())
    url = settings.database_url.get_secret_value() if settings.database_url else cluster.url
    if _answers(url):
        yield url
        return
    if settings.database_url is not None:
        raise CannotReach("The database of DATABASE_URL does not answer. Is it running, and the address right?")
    settings.logs.mkdir(parents=True, exist_ok=True)
    cluster.prepare()
    server = cluster.start(settings.logs / "postgres.log")
    try:
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


def run_with_database(settings: Settings, work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Run an async piece of work on the open database."""

    async def run(url: str) -> Result:
        database = open_database(url, load_or_make_key(settings.key_file), pool_size=2)
        try:
            return await work(database)
        finally:
            await database.close()

    with with_database(settings) as url:
        return asyncio.run(run(url))


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True
