"""`pandu up`: everything on one machine under one supervisor, with progress shown."""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import psycopg
from rich.console import Console

from bot.bootstrap import now
from bot.bundled_postgres import BundledPostgres
from bot.listening import PortTaken, any_free_port, listen, listen_near
from bot.model import QUIET, Model
from bot.settings import PROJECT, Settings
from bot.supervisor import Child, Supervisor
from storage.database import open_database
from storage.migrate import check_key, migrate
from storage.models import Role
from storage.staff import any_staff, invite
from storage.vault import Vault, WrongKey, load_or_make_key

console = Console(highlight=False, soft_wrap=True)


class CannotStart(Exception):
    """Something is wrong; the message says what, and the mend."""


def up(settings: Settings) -> None:
    """Start everything and stay until stopped. Raises `CannotStart`."""
    _make_home(settings)
    with _only_one(settings.home), _listen(settings) as web:
        vault = _vault(settings)
        with _database(settings) as database:
            _prepare_database(database.url, vault, settings)
            _Running(settings, database, vault, web).run()


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


@contextmanager
def _database(settings: Settings) -> Iterator[_Database]:
    """The database of DATABASE_URL, or the bundled Postgres for as long as we run."""
    if settings.database_url is not None:
        yield _Database(settings.database_url.get_secret_value())
        return
    cluster = BundledPostgres(settings.postgres_home)
    account = f" as the account {cluster.account}, since it refuses to run as root" if cluster.account else ""
    console.print(f"Starting the bundled Postgres{account} ...")
    cluster.prepare()
    database = _Database(cluster.url, cluster, settings.logs / "postgres.log")
    database.keep_running()
    try:
        yield database
    finally:
        database.stop()


@dataclass
class _Database:
    """The database while we run."""

    url: str
    cluster: BundledPostgres | None = None
    log: Path = Path()
    server: subprocess.Popen[bytes] | None = None

    def keep_running(self) -> None:
        """Start the bundled server when it does not run: at first, and after somebody killed it."""
        if self.cluster is None or (self.server is not None and self.server.poll() is None):
            return
        if self.server is not None:
            console.print(f"Postgres ended; starting it again. What it printed: {self.log}")
        self.server = self.cluster.start(self.log)

    def stop(self) -> None:
        """Stop the bundled server, after everything that uses it."""
        if self.server is not None:
            self.server.send_signal(signal.SIGINT)
            self.server.wait()


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


def _listen(settings: Settings) -> socket.socket:
    """The socket of the web: on the port that was asked for, or near the usual one."""
    asked_for = "port" in settings.model_fields_set
    try:
        web = (listen if asked_for else listen_near)(settings.host, settings.port)
    except PortTaken as taken:
        raise CannotStart(f"{taken} Stop what runs there, or set PANDU_PORT to another port.") from taken
    except OSError as error:
        raise CannotStart(
            f"Nobody may listen on {settings.host}, port {settings.port}: {error.strerror}. "
            "Set PANDU_HOST and PANDU_PORT to others."
        ) from error
    if _port(web) != settings.port:
        console.print(f"Port {settings.port} is taken; taking {_port(web)}.")
    return web


def _port(web: socket.socket) -> int:
    return int(web.getsockname()[1])


@dataclass
class _Running:
    """The running system: its children, and what is still to be told."""

    settings: Settings
    database: _Database
    vault: Vault
    web: socket.socket
    nlu_port: int = field(default_factory=any_free_port)
    nlu_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    told_web: bool = False
    told_nlu: bool = False
    looked_at: float = 0.0

    @property
    def address(self) -> str:
        return self.settings.public_url or self._web_url

    @property
    def _web_url(self) -> str:
        return f"http://{self.settings.host}:{_port(self.web)}"

    def run(self) -> None:
        self.supervisor = Supervisor(console.print, self._children())
        if self.settings.nlu_url is None:
            self._prepare_nlu()
        try:
            self.supervisor.run(self._look_after)
        finally:
            console.print("Stopping ...")
            self.supervisor.stop_all()

    def _children(self) -> list[Child]:
        names = ["sender", "scheduler", *(f"turns-{n + 1}" for n in range(self.settings.turn_workers))]
        return [self._app(), *(self._child(name, self._python(name)) for name in names)]

    def _app(self) -> Child:
        """The web app, which inherits our socket."""
        child, web = self._child("app", self._python("app")), self.web.fileno()
        return replace(child, environment={**child.environment, "PANDU_WEB_SOCKET": str(web)}, inherits=(web,))

    @staticmethod
    def _python(name: str) -> list[str]:
        if name == "scheduler":
            return [sys.executable, "-m", "scheduler"]
        return [sys.executable, "-m", "bot.process", name.split("-")[0]]

    def _child(self, name: str, command: list[str]) -> Child:
        return Child(name, command, self._environment(), self.settings.logs / f"{name}.log")

    def _environment(self) -> dict[str, str]:
        nlu_token = self.settings.nlu_token.get_secret_value() if self.settings.nlu_token else self.nlu_token
        return {
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(PROJECT),
            "PANDU_HOME": str(self.settings.home.resolve()),
            "DATABASE_URL": self.database.url,
            "PANDU_PORT": str(_port(self.web)),
            "PANDU_NLU_URL": self.settings.nlu_url or f"http://127.0.0.1:{self.nlu_port}",
            "PANDU_NLU_TOKEN": nlu_token,
        }

    def _prepare_nlu(self) -> None:
        """Serve the model, after training it when its data changed; meanwhile the menu answers."""
        model = Model(self.settings.model_file)
        if model.is_current():
            self._serve(model)
            return
        damaged = " The file of the last one is damaged." if model.file.exists() and not model.is_whole() else ""
        console.print(f"Training the language model (half a minute); meanwhile Pandu answers by menu.{damaged}")
        model.file.parent.mkdir(parents=True, exist_ok=True)
        training = Child("training", model.training_command(), QUIET, self.settings.logs / "training.log", once=True)
        training.then = lambda code: self._trained(model, code)
        self.supervisor.children.append(training)

    def _trained(self, model: Model, code: int) -> None:
        if code:
            console.print(
                f"Training failed (code {code}): see {self.settings.logs / 'training.log'}. Pandu answers by menu."
            )
            return
        model.remember_hash()
        self._serve(model)

    def _serve(self, model: Model) -> None:
        empty = self.settings.home / "empty.yml"
        empty.write_text("{}\n")
        command = model.serving_command(self.nlu_port, self.nlu_token, empty.resolve())
        self.supervisor.children.append(Child("nlu", command, QUIET, self.settings.logs / "nlu.log"))

    def _look_after(self) -> None:
        self.database.keep_running()
        self._tell_progress()

    def _tell_progress(self) -> None:
        if (self.told_web and self.told_nlu) or time.monotonic() - self.looked_at < 1:
            return
        self.looked_at = time.monotonic()
        if not self.told_web and _answers(f"{self._web_url}/health"):
            self.told_web = True
            self._tell_where()
        if not self.told_nlu and self._understands():
            self.told_nlu = True
            console.print("Pandu now understands free text.")

    def _understands(self) -> bool:
        """Whether Rasa has its model loaded."""
        environment = self._environment()
        return _answers(f"{environment['PANDU_NLU_URL']}/status", token=environment["PANDU_NLU_TOKEN"])

    def _tell_where(self) -> None:
        console.print(f"\n[bold]Chat with Pandu: {self.address}/[/bold]\nThe desk:        {self.address}/desk")
        token = asyncio.run(_invitation(self.database.url, self.vault))
        if token:
            console.print(f"First administrator, one-time link: {self.address}/desk/undangan/{token}")
        if self.settings.telegram_token:
            console.print(asyncio.run(_telegram(self.settings)))
        console.print("Ctrl-C stops everything.\n")


async def _telegram(settings: Settings) -> str:
    """How Telegram takes the token, in a sentence."""
    from telegram.error import NetworkError

    from bot.telegram.api import TokenRefused, check_token, open_bot

    try:
        async with open_bot(settings) as bot:
            return f"On Telegram: https://t.me/{await check_token(bot)}"
    except TokenRefused as refusal:
        return f"Telegram is not served. {refusal}."
    except NetworkError:
        return f"Telegram cannot be reached at {settings.telegram_api} now; Pandu goes on trying."


def _answers(url: str, **parameters: str) -> bool:
    try:
        return httpx.get(url, params=parameters, timeout=2).is_success
    except httpx.HTTPError:
        return False


async def _invitation(url: str, vault: Vault) -> str | None:
    """A one-time link's token for the first administrator, while there is no staff."""
    database = open_database(url, vault, pool_size=1)
    try:
        async with database.transaction() as session:
            return None if await any_staff(session) else await invite(session, Role.ADMINISTRATOR, now())
    finally:
        await database.close()


def run_training(settings: Settings) -> int:
    """Train in the foreground; returns the exit code."""
    model = Model(settings.model_file)
    model.file.parent.mkdir(parents=True, exist_ok=True)
    code = subprocess.run(model.training_command(), env={**os.environ, **QUIET}, check=False).returncode  # noqa: S603
    if code == 0:
        model.remember_hash()
    return code
