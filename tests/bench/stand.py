"""The test stand: Postgres, Rasa as the peer, and all our processes, on loopback and in a folder of their own."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import psutil
import psycopg

from bot.bundled_postgres import BundledPostgres
from bot.listening import any_free_port
from bot.model import NLU_PYTHON, QUIET, Model
from bot.settings import PROJECT
from bot.supervisor import Child, Supervisor
from storage.migrate import migrate
from storage.vault import Vault, load_or_make_key
from tests.bench.models import PEER
from tests.bench.screen import say

#: Rasa's server needs some 20 s; on a busy machine several times that.
START_SECONDS = 180.0
#: The limit of one visitor and one address, so high that it never speaks here.
UNLIMITED = "1000000 per second"
#: Settings of the person who runs the benchmark must not reach its processes, least of all a Telegram token.
PRIVATE = ("PANDU_", "TELEGRAM_", "DATABASE_URL")


class NotReady(Exception):
    """A process ended or did not answer; the message names its log."""


@dataclass(frozen=True)
class Started:
    """One process that runs; `seconds` from its start until it answered."""

    name: str
    pid: int
    seconds: float

    def memory(self) -> float:
        """Resident memory in MB. Postgres is many processes that share memory: its proportional part is counted."""
        if self.name == "postgres":
            return sum(process.memory_full_info().pss for process in self._tree()) / 1e6
        return float(psutil.Process(self.pid).memory_info().rss / 1e6)

    def cpu(self) -> float:
        """Seconds of processor used so far, children included."""
        used = [process.cpu_times() for process in self._tree()]
        return sum(times.user + times.system + times.children_user + times.children_system for times in used)

    def _tree(self) -> list[psutil.Process]:
        process = psutil.Process(self.pid)
        return [process, *process.children(recursive=True)]


@dataclass
class Stand:
    """Everything that runs, and where it is reached."""

    home: Path
    cluster: BundledPostgres
    supervisor: Supervisor
    started: list[Started] = field(default_factory=list)
    web_url: str = field(default_factory=lambda: f"http://127.0.0.1:{any_free_port()}")
    nlu_url: str = field(default_factory=lambda: f"http://127.0.0.1:{any_free_port()}")
    peer_url: str = field(default_factory=lambda: f"http://127.0.0.1:{any_free_port()}")
    nlu_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def database(self, name: str) -> str:
        """Address of one of the cluster's databases."""
        return self.cluster.url.replace("/pandu?", f"/{name}?")

    def new_database(self, name: str, *, like: str = "blank") -> str:
        """Make a database, by default one with all our tables and no rows; returns its address."""
        with psycopg.connect(self.database("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}".encode())
        return self.database(name)

    def drop_database(self, name: str) -> None:
        """Remove a database."""
        with psycopg.connect(self.database("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    def vault(self) -> Vault:
        """The vault of the stand's key."""
        return load_or_make_key(self.home / "keys" / "pandu.key")

    def start_pandu(self, model: Model) -> None:
        """Start what `pandu up` starts, in the same way."""
        nothing = self.home / "empty.yml"
        nothing.write_text("{}\n")
        port = int(self.nlu_url.rpartition(":")[2])
        self._start("nlu", model.serving_command(port, self.nlu_token, nothing), QUIET, lambda: answers(self.nlu_url))
        environment = {
            "PYTHONPATH": str(PROJECT),
            "PANDU_HOME": str(self.home),
            "DATABASE_URL": self.database("pandu"),
            "PANDU_PORT": self.web_url.rpartition(":")[2],
            "PANDU_NLU_URL": self.nlu_url,
            "PANDU_NLU_TOKEN": self.nlu_token,
            "PANDU_CHAT_RATE": UNLIMITED,
            "PANDU_CHAT_NETWORK_RATE": UNLIMITED,
        }
        process = [sys.executable, "-m", "bot.process"]
        self._start("app", [*process, "app"], environment, lambda: answers(f"{self.web_url}/health"))
        commands = {
            "turns": [*process, "turns"],
            "sender": [*process, "sender"],
            "scheduler": [sys.executable, "-m", "scheduler"],
        }
        for name, command in commands.items():
            self._start(name, command, {**environment, "PGAPPNAME": name}, partial(self._is_connected, name))

    def start_peer(self, model: Path) -> None:
        """Start Rasa's own loop: REST channel, rules, its tracker in the same Postgres."""
        port = self.peer_url.rpartition(":")[2]
        files = ["--credentials", str(PEER / "credentials.yml"), "--endpoints", str(PEER / "endpoints.yml")]
        command = [str(NLU_PYTHON), "-m", "rasa", "run", "-i", "127.0.0.1", "-p", port, "-m", str(model), *files]
        environment = {**QUIET, "RASA_TRACKER_URL": self.new_database("rasa", like="template1")}
        self._start("peer", [*command, "--log-file", "/dev/null"], environment, lambda: answers(self.peer_url))

    def peer_events(self) -> int:
        """How many events Rasa's tracker kept in SQL; none would mean that it fell back to memory."""
        with psycopg.connect(self.database("rasa")) as connection:
            row = connection.execute("SELECT count(*) FROM events").fetchone()
        return int(row[0]) if row else 0

    def _start(
        self, name: str, command: list[str], environment: Mapping[str, str], is_ready: Callable[[], bool]
    ) -> None:
        child = Child(name, command, environment, self.home / f"{name}.log")
        self.supervisor.children.append(child)
        child.start()
        assert child.process is not None
        while not is_ready():
            if child.process.poll() is not None or time.monotonic() - child.started_at > START_SECONDS:
                raise NotReady(f"{name} does not answer; it said:\n{child.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        started = Started(name, child.process.pid, time.monotonic() - child.started_at)
        self.started.append(started)
        say(f"{name} answers after {started.seconds:.1f} s")

    def _is_connected(self, name: str) -> bool:
        with psycopg.connect(self.database("pandu")) as connection:
            query = "SELECT FROM pg_stat_activity WHERE application_name = %s"
            return connection.execute(query, (name,)).fetchone() is not None


def answers(url: str) -> bool:
    """Whether a server answers there."""
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.HTTPError:
        return False


@contextmanager
def running_stand() -> Iterator[Stand]:
    """A stand with Postgres and an empty database `blank`; everything is stopped and removed at the end."""
    for name in [name for name in os.environ if name.startswith(PRIVATE)]:
        del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="pandu-bench-") as folder:
        home = Path(folder)
        os.chdir(home)
        cluster = BundledPostgres(home / "postgres")
        cluster.prepare()
        began = time.monotonic()
        server = cluster.start(home / "postgres.log")
        stand = Stand(home, cluster, Supervisor(say), [Started("postgres", server.pid, time.monotonic() - began)])
        try:
            migrate(cluster.url)
            stand.new_database("blank", like="pandu")
            yield stand
        finally:
            os.chdir(PROJECT)
            stand.supervisor.stop_all()
            _stop(server)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)
    server.wait()
