"""The running system under `pandu up`: its processes, and what is told while they come up."""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from dataclasses import dataclass, field

import httpx

from bot.bootstrap import now
from bot.console import console
from bot.free_ports import any_free_port
from bot.model import QUIET, Model
from bot.running_database import RunningDatabase
from bot.settings import PROJECT, Settings
from bot.supervisor import Child, Supervisor
from storage.database import open_database
from storage.models import Role
from storage.staff import any_staff, invite
from storage.vault import Vault


@dataclass
class Running:
    """The running system: its children, and what is still to be told."""

    settings: Settings
    database: RunningDatabase
    vault: Vault
    port: int
    nlu_port: int = field(default_factory=any_free_port)
    nlu_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    told_web: bool = False
    told_nlu: bool = False
    looked_at: float = 0.0

    @property
    def address(self) -> str:
        """Where people reach us."""
        return self.settings.public_url or f"http://{self.settings.host}:{self.port}"

    def run(self) -> None:
        """Run until stopped."""
        self.supervisor = Supervisor(console.print, self._children())
        if self.settings.nlu_url is None:
            self._prepare_nlu()
        try:
            self.supervisor.run(self._look_after)
        finally:
            console.print("Stopping ...")
            self.supervisor.stop_all()

    def _children(self) -> list[Child]:
        names = ["app", "sender", "scheduler", *(f"turns-{n + 1}" for n in range(self.settings.turn_workers))]
        return [self._child(name, self._python(name)) for name in names]

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
            "PANDU_PORT": str(self.port),
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
        if not self.told_web and _answers(f"http://{self.settings.host}:{self.port}/health"):
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
