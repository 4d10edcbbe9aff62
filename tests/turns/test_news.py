"""News: whoever waits for a conversation is woken when it commits, also after the connection was lost."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from bot.intake import announce
from bot.news import News
from storage.database import Database


async def tell(database: Database, conversation_id: int) -> None:
    async with database.transaction() as session:
        await announce(session, conversation_id)


async def test_those_who_wait_are_woken_and_nobody_else(database: Database, database_url: str) -> None:
    news = News(database_url)
    async with news.listening():
        with news.subscribed(7) as mine, news.subscribed(8) as other, news.subscribed() as anyone:
            await asyncio.wait_for(mine.wait(), 10)  # the first connection wakes everybody
            for event in (mine, other, anyone):
                event.clear()
            await tell(database, 7)
            await asyncio.wait_for(asyncio.gather(mine.wait(), anyone.wait()), 10)
            assert not other.is_set()


async def test_a_lost_connection_wakes_everybody_and_listening_goes_on(database: Database, database_url: str) -> None:
    news = News(database_url)
    async with news.listening():
        with news.subscribed(7) as event:
            await asyncio.wait_for(event.wait(), 10)
            event.clear()
            async with database.transaction() as session:
                await session.execute(
                    text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
                )
            await asyncio.wait_for(event.wait(), 10)
            event.clear()
            await tell(database, 7)
            await asyncio.wait_for(event.wait(), 10)


async def test_what_is_rolled_back_is_no_news(database: Database, database_url: str) -> None:
    news = News(database_url)
    async with news.listening():
        with news.subscribed(7) as event:
            await asyncio.wait_for(event.wait(), 10)
            event.clear()
            async with database.sessions() as session:
                await announce(session, 7)
                await session.rollback()
            await tell(database, 8)
            await asyncio.sleep(0.1)
            assert not event.is_set()
