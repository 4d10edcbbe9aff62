"""What every ring of tests shares: a real Postgres of their own."""

from __future__ import annotations

import itertools
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from bot.bundled_postgres import BundledPostgres
from storage.database import Database, open_database
from storage.migrate import migrate
from storage.vault import KEY_BYTES, Vault

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BundledPostgres]:
    """A migrated cluster of this test process."""
    home = tmp_path_factory.mktemp("postgres", numbered=True)
    cluster = BundledPostgres(home)
    cluster.prepare()
    server = cluster.start(home / "log")
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
