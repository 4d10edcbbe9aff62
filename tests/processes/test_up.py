"""`pandu up` as a newcomer starts it: one command, real parts, a real conversation; stopped and started again."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import httpx
import psutil
import pytest

from bot.settings import PROJECT

pytestmark = pytest.mark.xdist_group("processes")

PATIENCE_SECONDS = 120
#: The address of the web, as it is printed.
WEB = r"http://127\.0\.0\.1:\d+(?=/\n|/$)"


class Pandu:
    """A running `pandu up`."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.output = home.parent / f"{uuid.uuid4()}.log"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "up"],
                stdout=output,
                stderr=output,
                env={**os.environ, "PANDU_HOME": str(home), "LC_ALL": "xx_XX.nowhere", **environment},
                start_new_session=True,
            )

    def said(self, pattern: str) -> str:
        """Wait until it prints that; returns the match."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if found := re.search(pattern, self.output.read_text(errors="replace")):
                return found[0]
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"{pattern!r} was not said:\n{self.output.read_text(errors='replace')}")

    def ended(self) -> int:
        """Wait for the end; returns the exit code."""
        return self.process.wait(PATIENCE_SECONDS)

    def interrupt(self) -> int:
        """Ctrl-C; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.ended()


class Starting(Protocol):
    """Starts a `pandu up` on a folder."""

    def __call__(self, home: Path, **environment: str) -> Pandu: ...


@pytest.fixture
def start() -> Iterator[Starting]:
    """Starts Pandu; whatever a test leaves running is killed."""
    started: list[tuple[Pandu, Path]] = []

    def start(home: Path, **environment: str) -> Pandu:
        started.append((Pandu(home, **environment), home))
        return started[-1][0]

    yield start
    for running, home in started:
        running.process.kill()
        running.ended()
        for process in processes_of(home):
            with suppress(psutil.NoSuchProcess):
                process.kill()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with spaces, holding the project's trained model."""
    return furnished(tmp_path / "rumah si pandu")


def furnished(folder: Path) -> Path:
    """The folder, with the project's trained model."""
    trained = PROJECT / "var" / "models"
    if trained.exists():
        shutil.copytree(trained, folder / "models")
    return folder


def processes_of(home: Path) -> list[psutil.Process]:
    """Processes that run on that folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        environment = process.info["environ"] or {}
        on_home = environment.get("PANDU_HOME") == str(home)
        if process.pid != os.getpid() and (on_home or str(home) in " ".join(process.info["cmdline"] or [])):
            found.append(process)
    return found


def ask(client: httpx.Client, text: str, after: int = 0) -> tuple[int, str]:
    """Say something in the web chat; returns the answer with its id."""
    said = client.post("/chat/messages", json={"id": str(uuid.uuid4()), "text": text})
    assert said.status_code == 202, said.text
    for message in messages(client, after):
        if message["author"] == "bot":
            return int(str(message["id"])), str(message["text"])
    raise AssertionError("no answer")


def messages(client: httpx.Client, after: int = 0) -> Iterator[dict[str, object]]:
    """The messages of the conversation as they arrive on the event stream."""
    with client.stream("GET", "/chat/events", params={"after": after}) as stream:
        for line in stream.iter_lines():
            if line.startswith("data:"):
                event = json.loads(line.removeprefix("data:"))
                if isinstance(event, dict) and "author" in event:
                    yield event


def test_one_command_brings_up_everything_and_nothing_is_lost_in_between(start: Starting, home: Path) -> None:
    first = start(home)
    address = first.said(WEB)
    link = first.said(r"http://\S+/desk/undangan/\S+")
    assert httpx.get(link).is_success
    first.said("understands free text")
    with httpx.Client(base_url=address, timeout=PATIENCE_SECONDS) as client:
        client.get("/")
        last, _ = ask(client, "brp iuran bpjs kesehatan kelas 3 min")
        last, answer = ask(client, "4 orang", last)
        assert "Rp140.000" in answer
        refused = start(home)
        assert refused.ended() == 1
        refused.said("already runs on the folder")
        assert first.interrupt() == 0
        assert [process.cmdline() for process in processes_of(home)] == []

        (home / "models" / "nlu.tar.gz").write_bytes(b"half")
        second = start(home, PANDU_PORT=address.rsplit(":", 1)[1])
        second.said("Chat with Pandu")
        second.said("file of the last one is damaged")
        history = messages(client)
        assert [next(history)["author"], next(history)["author"]] == ["participant", "bot"]
        _, menu = ask(client, "brp iuran kelas 2", last)
        assert menu
        assert second.interrupt() == 0
    assert [process.cmdline() for process in processes_of(home)] == []


def test_a_taken_port_is_said_when_it_was_asked_for_and_avoided_when_not(start: Starting, home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        asked_for = start(home, PANDU_PORT=str(taken.getsockname()[1]))
        assert asked_for.ended() == 1
        asked_for.said("is taken by another program.*set PANDU_PORT")


def test_what_an_operator_can_mend_is_said_in_a_sentence(start: Starting, home: Path, tmp_path: Path) -> None:
    unreachable = start(home, DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert unreachable.ended() == 1
    unreachable.said("database of DATABASE_URL does not answer")
    (tmp_path / "file").write_text("")
    no_folder = start(home, PANDU_HOME=str(tmp_path / "file"))
    assert no_folder.ended() == 1
    no_folder.said("cannot be written")


def test_a_wrong_key_is_said(start: Starting, home: Path) -> None:
    first = start(home)
    first.said("Chat with Pandu")
    first.interrupt()
    (home / "keys" / "pandu.key").write_bytes(os.urandom(32))
    second = start(home)
    assert second.ended() == 1
    second.said("not the one this database was encrypted with")
    (home / "keys" / "pandu.key").write_bytes(b"short")
    third = start(home)
    assert third.ended() == 1
    third.said("key cannot be read")


def test_a_killed_postgres_is_started_again_and_the_conversation_goes_on(start: Starting, home: Path) -> None:
    running = start(home)
    address = running.said(WEB)
    with httpx.Client(base_url=address, timeout=PATIENCE_SECONDS) as client:
        client.get("/")
        last, _ = ask(client, "menu")
        [server] = [process for process in processes_of(home) if process.name() == "postgres" and leads(process)]
        server.kill()
        running.said("Postgres ended; starting it again")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not client.get("/health").is_success and time.monotonic() < deadline:
            time.sleep(0.2)
        _, answer = ask(client, "menu", last)
        assert answer
    assert running.interrupt() == 0


def test_a_killed_web_app_is_started_again_and_who_writes_meanwhile_is_answered(start: Starting, home: Path) -> None:
    running = start(home)
    address = running.said(WEB)
    with httpx.Client(base_url=address, timeout=PATIENCE_SECONDS, headers={"Connection": "close"}) as client:
        client.get("/")
        [app] = [process for process in processes_of(home) if process.cmdline()[-2:] == ["bot.process", "app"]]
        app.kill()
        app.wait(PATIENCE_SECONDS)
        _, answer = ask(client, "menu")
        assert answer
    running.said("app ended")


def test_two_started_at_once_take_two_ports(start: Starting, home: Path, tmp_path: Path) -> None:
    both = [start(folder) for folder in (home, furnished(tmp_path / "rumah tetangga"))]
    addresses = [running.said(WEB) for running in both]
    assert len(set(addresses)) == len(both)
    for running, address in zip(both, addresses, strict=True):
        assert httpx.get(f"{address}/health").is_success
        assert running.interrupt() == 0


def leads(process: psutil.Process) -> bool:
    """Whether it is the server itself and not one of its own children."""
    parent = process.parent()
    return parent is None or parent.name() != "postgres"


def test_killed_at_once_it_leaves_no_process_behind_and_starts_again(start: Starting, home: Path) -> None:
    first = start(home)
    first.said("Chat with Pandu")
    first.process.kill()
    first.ended()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while processes_of(home) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [process.cmdline() for process in processes_of(home)] == []
    second = start(home)
    second.said("Chat with Pandu")
    assert second.interrupt() == 0
