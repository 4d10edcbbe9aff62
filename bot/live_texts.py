"""The texts a process speaks from: the repository's files overlaid by what was approved, followed as it changes.

A text that cannot be used is left out and said (`problems`); the last good one stays.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from bot.background import in_background
from knowledge_base.article import Article, ArticleError, parse_article
from knowledge_base.library import Library
from social_security.errors import RegulationError
from social_security.regulation_files import install_regulations
from storage.database import Database
from storage.live_texts import TEXTS_NEWS, LiveText, LiveTexts, live_texts

log = logging.getLogger(__name__)

#: So often we look even when nobody announced anything.
POLL_SECONDS = 20.0
#: And so soon again after the database was gone.
RETRY_SECONDS = 1.0


@cache
def repository_library() -> Library:
    """The articles of the repository's files."""
    return Library.load()


class Texts:
    """The library of this process, kept up to date; regulations are installed in their own shelf.

    `swapped` is called with every new library.
    """

    def __init__(
        self, database: Database, clock: Callable[[], datetime], swapped: Callable[[Library], None] | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._swapped = swapped
        self._seen: LiveTexts | None = None
        self._good: dict[str, Article | None] = {}
        self._library: Library | None = None
        self._next_at: datetime | None = None
        self._refreshing = asyncio.Lock()
        #: What could not be used, by name of the text.
        self.problems: dict[str, str] = {}

    @property
    def library(self) -> Library:
        """The articles as they are now."""
        return self._library or repository_library()

    async def refresh(self) -> None:
        """Look what is live and speak from that."""
        async with self._refreshing:
            async with self._database.sessions() as session:
                live = await live_texts(session, self._clock())
            self._next_at = live.next_at
            if self._seen is None or (live.articles, live.regulations) != (self._seen.articles, self._seen.regulations):
                await asyncio.to_thread(self._load, live)
                self._seen = live
                if self._swapped:
                    self._swapped(self.library)

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        """Keep up to date for as long as the context is open."""
        try:
            await self.refresh()
        except SQLAlchemyError:
            log.warning("The live texts could not be read yet", extra={"action": "texts_waiting"})
        async with in_background(self._follow()):
            yield

    async def _follow(self) -> None:
        url = self._database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {TEXTS_NEWS}".encode())
                    while True:
                        await self.refresh()
                        async for _ in connection.notifies(timeout=self._patience(), stop_after=1):
                            pass
            except (psycopg.OperationalError, SQLAlchemyError):
                log.warning("The live texts cannot be followed", extra={"action": "texts_reconnect"})
                await asyncio.sleep(RETRY_SECONDS)

    def _patience(self) -> float:
        """Seconds until we look again of our own accord."""
        if self._next_at is None:
            return POLL_SECONDS
        return min(POLL_SECONDS, max(0.05, (self._next_at - self._clock()).total_seconds()))

    def _load(self, live: LiveTexts) -> None:
        """Check everything again and take what is good."""
        problems: dict[str, str] = {}
        texts = {name: one.text for name, one in live.regulations.items() if one.text is not None}
        try:
            install_regulations(texts)
        except (RegulationError, ValueError) as error:
            problems["regulations"] = str(error)
        overlay = {slug: self._usable(slug, one, problems) for slug, one in live.articles.items()}
        try:
            self._library = repository_library().with_articles(overlay) if overlay else repository_library()
            self._good = overlay
        except ArticleError as error:
            problems["articles"] = str(error)
        self.problems = problems
        for name, problem in problems.items():
            log.error("A live text cannot be used, the last good one stays: %s: %s", name, problem)

    def _usable(self, slug: str, live: LiveText, problems: dict[str, str]) -> Article | None:
        if live.text is None:
            return None
        try:
            article = parse_article(live.text, slug)
            Library.of_one(article, repository_library())
        except ArticleError as error:
            problems[slug] = str(error)
            return self._good.get(slug, repository_library().articles.get(slug))
        return article
