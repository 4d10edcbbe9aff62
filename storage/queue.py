"""The queue of turns: Procrastinate on the same database, deferred inside the caller's transaction.

A job carries the conversation's id and nothing else: it says "somebody wrote here". Its worker answers what is not
answered yet, oldest first, under the conversation's row lock; so the order does not hang on the order of jobs, and a
job whose worker was killed holds nobody up.
"""

from __future__ import annotations

from typing import Any

from procrastinate import App, PsycopgConnector
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import driver_connection

TURNS = "turns"
TAKE_TURN = "take_turn"


def open_queue(url: str, *, pool_size: int = 4) -> App:
    """The queue on that database. Opening and closing it is the caller's.

    Each of its calls is one statement, so none needs BEGIN and COMMIT around it, nor a question beforehand whether the
    connection still lives: a worker that loses the database ends, and is started again.
    """
    connector = PsycopgConnector(
        conninfo=url, min_size=1, max_size=pool_size, configure=_autocommit, pool_factory=_unchecked_pool
    )
    return App(connector=connector)


def _unchecked_pool(**options: Any) -> AsyncConnectionPool:
    return AsyncConnectionPool(**{**options, "check": None})


async def _autocommit(connection: AsyncConnection[object]) -> None:
    await connection.set_autocommit(True)


async def defer_turn(queue: App, session: AsyncSession, conversation_id: int) -> None:
    """Ask for a turn in that conversation, in the transaction of the session: a rollback takes it along."""
    task = queue.configure_task(TAKE_TURN, queue=TURNS, connection=await driver_connection(session))
    await task.defer_async(conversation_id=conversation_id)
