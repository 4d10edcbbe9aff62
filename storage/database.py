"""The database: one engine a process, sessions, and the promise that no parameter is ever printed."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from psycopg import AsyncConnection
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from storage.vault import Vault

#: NOTIFY channel on which the id of a conversation is announced when it has something new.
NEWS = "pandu_conversation"


@dataclass(frozen=True)
class Database:
    """What a process needs to read and write: the engine, sessions, and the vault for sealed columns."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    vault: Vault

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that commits at the end, or rolls everything back."""
        async with self.sessions() as session, session.begin():
            yield session

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()


def open_database(url: str, vault: Vault, *, pool_size: int = 5, checked: bool = True) -> Database:
    """Open the database at a `postgresql://` address with at most so many connections.

    `checked`: each use first asks whether the connection still lives. Who tries again anyway need not ask.
    """
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)  # below that it prints rows, also with hidden parameters
    engine = create_async_engine(
        sqlalchemy_url(url), hide_parameters=True, pool_size=pool_size, max_overflow=0, pool_pre_ping=checked
    )
    return Database(engine, async_sessionmaker(engine, expire_on_commit=False), vault)


def sqlalchemy_url(url: str) -> URL:
    """The same address with SQLAlchemy's name of the driver."""
    return make_url(url).set(drivername="postgresql+psycopg")


async def driver_connection(session: AsyncSession) -> AsyncConnection[object]:
    """The psycopg connection of a session, so that the queue joins its transaction."""
    raw = await (await session.connection()).get_raw_connection()
    connection = raw.driver_connection
    assert isinstance(connection, AsyncConnection)
    return connection
