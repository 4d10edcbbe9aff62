"""What every ring of tests shares: a real Postgres of their own."""

from __future__ import annotations

import asyncio
import itertools
import signal
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import psycopg
import pytest
import uvicorn

from bot.bundled_postgres import BundledPostgres
from bot.news import News
from bot.services import Services
from bot.settings import Settings
from storage.database import Database, open_database
from storage.migrate import migrate
from storage.queue import open_queue
from storage.vault import KEY_BYTES, Vault

#: Nothing is timed in tests: the first example of a property may load tables on a busy machine.
hypothesis.settings.register_profile("pandu", deadline=None)
hypothesis.settings.load_profile("pandu")

_numbers = itertools.count(1)

#: Longer bytes do not name a test: a file may hold the moment it was made, and workers would collect other tests.
LONGEST_NAME = 40


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long bytes after their parameter."""
    return argname if isinstance(val, bytes) and len(val) > LONGEST_NAME else None


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BundledPostgres]:
    """A migrated cluster of this test process."""
    home = tmp_path_factory.mktemp("postgres", numbered=True)
    cluster = BundledPostgres(home)
    cluster.prepare()
    server = cluster.start(home / "log", durable=False)
    migrate(cluster.url)
    yield cluster
    server.send_signal(signal.SIGINT)
    server.wait()


@pytest.fixture
def database_url(postgres: BundledPostgres) -> Iterator[str]:
    """Address of an empty, migrated database of this test."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(postgres.url.replace("/pandu?", "/postgres?"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE pandu".encode())
        yield postgres.url.replace("/pandu?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="session")
def vault() -> Vault:
    """A vault with a key that is used nowhere else."""
    return Vault(bytes(range(KEY_BYTES)))


@pytest.fixture
async def database(database_url: str, vault: Vault) -> AsyncIterator[Database]:
    """The open database of this test."""
    opened = open_database(database_url, vault)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder of the project."""
    return Path(__file__).parent.parent


class Clock:
    """The time of a test; it stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, step: timedelta) -> None:
        """Let time pass."""
        self.now += step


@pytest.fixture
def clock() -> Clock:
    """Friday 20 November 2026, 10.00 in Jakarta."""
    return Clock()


@pytest.fixture
def services(database: Database, database_url: str, clock: Clock, tmp_path: Path) -> Services:
    """What a web process has, on this test's database."""
    return Services(
        settings=Settings(home=tmp_path, _env_file=None),  # type: ignore[call-arg]
        database=database,
        queue=open_queue(database_url),
        news=News(database_url),
        clock=clock,
    )


@pytest.fixture
async def web_address(services: Services) -> AsyncIterator[str]:
    """Address of the running web app: a real server on a free port."""
    from bot.app import make_app

    config = uvicorn.Config(make_app(services), port=0, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving
