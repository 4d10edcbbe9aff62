"""`pandu up`: everything on one machine under one supervisor, with progress shown."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bot.console import console
from bot.free_ports import is_free
from bot.running import Running
from bot.running_database import running_database
from bot.settings import Settings
from storage.migrate import check_key, migrate
from storage.vault import Vault, WrongKey, load_or_make_key

#: Ports tried after the usual one, when that is taken and was not asked for.
PORTS_TRIED = 20


class CannotStart(Exception):
    """Something is wrong; the message says what, and the mend."""


def up(settings: Settings) -> None:
    """Start everything and stay until stopped. Raises `CannotStart`."""
    _make_home(settings)
    with _only_one(settings.home):
        vault = _vault(settings)
        with running_database(settings) as database:
            _prepare_database(database.url, vault, settings)
            Running(settings, database, vault, _free_port(settings)).run()


def _make_home(settings: Settings) -> None:
    if shutil.which("setpriv") is None:
        raise CannotStart("The program setpriv is missing. Install the package util-linux.")
    try:
        settings.logs.mkdir(parents=True, exist_ok=True)
        (settings.home / "lock").touch()
    except OSError as error:
        raise CannotStart(
            f"The folder {settings.home} cannot be written: {error.strerror}. Make it yours, or set PANDU_HOME."
        ) from error


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    with (home / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise CannotStart(
                f"Pandu already runs on the folder {home} (process {lock.read().strip()}). "
                "Stop it with Ctrl-C first, or set PANDU_HOME to another folder."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _vault(settings: Settings) -> Vault:
    try:
        return load_or_make_key(settings.key_file)
    except (OSError, ValueError) as error:
        raise CannotStart(
            f"The key cannot be read: {error}. Put back the key file of this database at {settings.key_file}."
        ) from error


def _prepare_database(url: str, vault: Vault, settings: Settings) -> None:
    console.print("Bringing the database up to date ...")
    try:
        migrate(url)
        check_key(url, vault)
    except psycopg.OperationalError as error:
        raise CannotStart(
            "The database of DATABASE_URL does not answer. Is it running, and are address, name and password right?"
        ) from error
    except WrongKey as error:
        raise CannotStart(
            f"The key in {settings.key_file} is not the one this database was encrypted with. "
            "Put back the right key file, or start with an empty PANDU_HOME."
        ) from error


def _free_port(settings: Settings) -> int:
    if is_free(settings.host, settings.port):
        return settings.port
    if "port" in settings.model_fields_set:
        raise CannotStart(
            f"Port {settings.port} is taken by another program. Stop that, or set PANDU_PORT to another port."
        )
    for port in range(settings.port + 1, settings.port + PORTS_TRIED):
        if is_free(settings.host, port):
            console.print(f"Port {settings.port} is taken; taking {port}.")
            return port
    raise CannotStart(f"Ports {settings.port} to {settings.port + PORTS_TRIED} are all taken. Set PANDU_PORT.")
