"""The database while `pandu up` runs: an outside one, or the bundled Postgres kept alive."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.bundled_postgres import BundledPostgres
from bot.console import console
from bot.settings import Settings


@contextmanager
def running_database(settings: Settings) -> Iterator[RunningDatabase]:
    """The database of DATABASE_URL, or the bundled Postgres for as long as we run."""
    if settings.database_url is not None:
        yield RunningDatabase(settings.database_url.get_secret_value())
        return
    cluster = BundledPostgres(settings.postgres_home)
    account = f" as the account {cluster.account}, since it refuses to run as root" if cluster.account else ""
    console.print(f"Starting the bundled Postgres{account} ...")
    cluster.prepare()
    database = RunningDatabase(cluster.url, cluster, settings.logs / "postgres.log")
    database.keep_running()
    try:
        yield database
    finally:
        database.stop()


@dataclass
class RunningDatabase:
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
