"""Builds what a process needs from the settings: the only place that knows all concrete parts."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime

from bot.live_texts import repository_library
from bot.news import News
from bot.nlu import NluClient
from bot.services import Services
from bot.settings import Settings
from bot.turn import Assistant
from dialogs.catalogue import catalogue
from dialogs.words import Words
from storage.database import Database, open_database
from storage.migrate import check_key
from storage.queue import open_queue
from storage.vault import load_or_make_key


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


_CHATTERING = ("httpx", "httpcore", "procrastinate", "apscheduler", "telegram", "sse_starlette", "bm25s")
#: At their most talkative these print rows, parameters and forms.
_PRINTING = ("sqlalchemy", "psycopg", "python_multipart", "multipart")


def set_up_logging() -> None:
    """Log lines go to standard output, which the supervisor keeps in a file; libraries that print secrets are quiet."""
    logging.basicConfig(
        stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )
    for talkative in (*_CHATTERING, *_PRINTING):
        logging.getLogger(talkative).setLevel(logging.WARNING)


def database_url(settings: Settings) -> str:
    """Address of the database; the supervisor sets it for its processes. Raises `LookupError`."""
    if settings.database_url is None:
        raise LookupError("DATABASE_URL is not set, and no supervisor has started the bundled Postgres")
    return settings.database_url.get_secret_value()


def open_settings_database(settings: Settings, *, pool_size: int, checked: bool = True) -> Database:
    """The database of the settings with the vault of its key file. Raises `WrongKey` when it is another one's."""
    url, vault = database_url(settings), load_or_make_key(settings.key_file)
    check_key(url, vault)
    return open_database(url, vault, pool_size=pool_size, checked=checked)


def make_services(settings: Settings) -> Services:
    """What the web app needs; its pool is sized for many short transactions."""
    url = database_url(settings)
    return Services(
        settings=settings,
        database=open_settings_database(settings, pool_size=10),
        queue=open_queue(url),
        news=News(url),
        clock=now,
    )


def make_assistant(database: Database, nlu: NluClient | None, address: str = "") -> Assistant:
    """What turns need. Without a client of Rasa the menu answers."""
    return Assistant(
        database=database,
        nlu=nlu,
        catalogue=catalogue(),
        library=repository_library(),
        words=Words(),
        clock=now,
        address=address,
    )


def make_nlu(settings: Settings) -> NluClient | None:
    """The client of Rasa's server, if there is one."""
    if settings.nlu_url is None:
        return None
    token = settings.nlu_token.get_secret_value() if settings.nlu_token else ""
    return NluClient(settings.nlu_url, token, seconds=settings.nlu_seconds)
