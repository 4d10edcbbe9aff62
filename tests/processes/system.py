"""The whole system as real processes on this test's database, for tests that kill them."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bot.listening import any_free_port
from tests.rasa_server import TOKEN as NLU_TOKEN
from tests.rasa_server import Label, RasaServer, running_rasa
from tests.telegram_server.world import TOKEN as TELEGRAM_TOKEN

START_SECONDS = 60


@dataclass
class System:
    """Processes by name; each can be killed and started again."""

    environment: Mapping[str, str]
    home: Path
    port: int
    rasa: RasaServer
    telegram: str = ""
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def web(self) -> str:
        """Address of the web app."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, name: str) -> None:
        """Start a process by its name: "turns-2" is a second worker."""
        module = ["scheduler"] if name.startswith("scheduler") else ["bot.process", name.split("-")[0]]
        self._start(name, [sys.executable, "-m", *module])

    def start_telegram(self) -> str:
        """Start the Telegram server; returns its address. It is never killed."""
        port = any_free_port()
        self._start("telegram", [sys.executable, "-m", "tests.telegram_server", "--port", str(port)])
        return f"http://127.0.0.1:{port}"

    def kill(self, name: str) -> None:
        """Kill a process at once (-9)."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """Kill everything that runs."""
        for name in list(self.running):
            self.kill(name)

    def log(self, name: str) -> str:
        """What a process printed."""
        return (self.home / f"{name}.log").read_text(errors="replace")

    def _start(self, name: str, command: list[str]) -> None:
        with (self.home / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, stdout=log, stderr=log, env={**os.environ, **self.environment}, start_new_session=True
            )


@asynccontextmanager
async def running_system(database_url: str, home: Path) -> AsyncIterator[System]:
    """A system with a web app, two workers, two senders, the Telegram server and a labelling Rasa, all answering."""
    async with running_rasa() as rasa:
        rasa.label = Label("greet", 0.95)
        system = System({}, home, any_free_port(), rasa)
        system.telegram = system.start_telegram()
        system.environment = {
            "DATABASE_URL": database_url,
            "PANDU_HOME": str(home),
            "PANDU_PORT": str(system.port),
            "PANDU_NLU_URL": rasa.url,
            "PANDU_NLU_TOKEN": NLU_TOKEN,
            "PANDU_NLU_SECONDS": "10",
            "PANDU_CHAT_RATE": "1000 per second",
            "PANDU_CHAT_NETWORK_RATE": "100000 per second",
            "TELEGRAM_TOKEN": TELEGRAM_TOKEN,
            "TELEGRAM_API": system.telegram,
            "TELEGRAM_RATE": "200",
        }
        try:
            for name in ("app", "turns-1", "turns-2", "sender-1", "sender-2"):
                system.start(name)
            await wait_for_web(system)
            yield system
        finally:
            system.stop()


async def wait_for_web(system: System) -> None:
    """Wait until the web app and the Telegram server answer."""
    async with httpx.AsyncClient() as client:
        for _ in range(START_SECONDS * 10):
            try:
                await client.get(f"{system.telegram}/_test/state")
                if (await client.get(f"{system.web}/health")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)
    raise AssertionError(f"The web app did not start:\n{system.log('app')}")


@dataclass
class TelegramParticipant:
    """Somebody who writes on Telegram; Telegram keeps what the bot has not fetched."""

    system: System
    chat_id: int

    async def says(self, client: httpx.AsyncClient, text: str) -> None:
        """Write a message."""
        answer = await client.post(
            f"{self.system.telegram}/_test/update",
            json={"chat_id": self.chat_id, "does": "says", "with": {"text": text}},
        )
        answer.raise_for_status()


@dataclass
class WebParticipant:
    """Somebody in the web chat; like the page, it sends a message again under the same id until it is taken."""

    system: System
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    async def says(self, client: httpx.AsyncClient, text: str) -> None:
        """Write a message."""
        body = {"id": _uuid(), "text": text}
        while True:
            try:
                if not self.cookies:
                    await self._open_page()
                answer = await client.post(
                    f"{self.system.web}/chat/messages",
                    json=body,
                    headers={"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())},
                )
                if answer.is_success:
                    return
                if answer.is_client_error:
                    raise AssertionError(answer.text)
            except httpx.TransportError:
                await asyncio.sleep(0.1)

    async def _open_page(self) -> None:
        """In a browser of its own: a shared one would make two participants one visitor."""
        async with httpx.AsyncClient() as browser:
            self.cookies = httpx.Cookies((await browser.get(f"{self.system.web}/")).cookies)


def _uuid() -> str:
    letters = secrets.token_hex(16)
    return f"{letters[:8]}-{letters[8:12]}-4{letters[13:16]}-8{letters[17:20]}-{letters[20:]}"
