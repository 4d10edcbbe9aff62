"""`pandu doctor`: what is missing or wrong on this machine, in words, with the mend."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import typer

from bot.bundled_postgres import BINARIES, BundledPostgres
from bot.listening import PortTaken, listen
from bot.model import NLU_PYTHON, Model
from bot.settings import Settings
from storage.migrate import check_key
from storage.vault import WrongKey, load_or_make_key

Finding = str | None
#: Free space that is enough for environments, model and database.
FREE_BYTES = 2 * 1024**3


def examine(settings: Settings) -> int:
    """Print each check and its finding; returns how many found something wrong."""
    wrong = 0
    for name, check in CHECKS.items():
        finding = check(settings)
        wrong += finding is not None
        typer.echo(f"{'ok   ' if finding is None else 'WRONG'} {name}{'' if finding is None else f': {finding}'}")
    return wrong


def _setpriv(_: Settings) -> Finding:
    if shutil.which("setpriv"):
        return None
    return "the program setpriv is missing. Install the package util-linux."


def _postgres(settings: Settings) -> Finding:
    if settings.database_url is not None:
        return None
    if not (BINARIES / "postgres").exists():
        return "the bundled Postgres is not installed. Run: make setup"
    done = subprocess.run([BINARIES / "postgres", "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    return None if done.returncode == 0 else f"it does not run here: {done.stderr.strip()}"


def _database(settings: Settings) -> Finding:
    """The bundled one need not run; `make run` starts it."""
    if settings.database_url is None:
        return None
    try:
        psycopg.connect(_url(settings), connect_timeout=3).close()
    except psycopg.OperationalError:
        return "the database of DATABASE_URL does not answer. Is it running, and the address right?"
    return None


def _key(settings: Settings) -> Finding:
    if not settings.key_file.exists():
        return None
    try:
        vault = load_or_make_key(settings.key_file)
    except (OSError, ValueError) as error:
        return f"{error}. Put back the right key file."
    if settings.key_file.stat().st_mode & 0o077:
        return f"others may read {settings.key_file}. Run: chmod 600 {settings.key_file}"
    try:
        check_key(_url(settings), vault)
    except WrongKey:
        return f"{settings.key_file} is not the key of this database. Put back the right one."
    except psycopg.Error:
        return None  # not running: nothing to compare the key with
    return None


def _nlu(settings: Settings) -> Finding:
    if settings.nlu_url or NLU_PYTHON.exists():
        return None
    return "Rasa's environment is not installed. Run: make setup"


def _model(settings: Settings) -> Finding:
    if settings.nlu_url or Model(settings.model_file).is_current():
        return None
    return "no model of today's training data. It is trained at the next start, or by: pandu train"


def _port(settings: Settings) -> Finding:
    try:
        listen(settings.host, settings.port).close()
    except PortTaken:
        return f"port {settings.port} is taken (by a running Pandu, perhaps). Otherwise set PANDU_PORT."
    except OSError as error:
        return (
            f"nobody may listen on {settings.host}, port {settings.port}: {error.strerror}. Set PANDU_HOST, PANDU_PORT."
        )
    return None


def _disk(settings: Settings) -> Finding:
    folder = next(path for path in (settings.home, *settings.home.resolve().parents) if Path(path).exists())
    free = shutil.disk_usage(folder).free
    return None if free > FREE_BYTES else f"only {free // 1024**2} MB are free. Make room."


def _url(settings: Settings) -> str:
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return BundledPostgres(settings.postgres_home.resolve()).url


CHECKS: dict[str, Callable[[Settings], Finding]] = {
    "setpriv, with which children die with their parent": _setpriv,
    "bundled Postgres": _postgres,
    "database": _database,
    "key": _key,
    "Rasa's environment": _nlu,
    "language model": _model,
    "web port": _port,
    "disk": _disk,
}
