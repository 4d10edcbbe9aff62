"""The settings: environment variables, or a file `.env`. All have a default; the README's table explains them."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).parent.parent


class Settings(BaseSettings):
    """What can be set from outside."""

    model_config = SettingsConfigDict(
        env_prefix="PANDU_", env_file=".env", env_ignore_empty=True, extra="ignore", populate_by_name=True
    )

    home: Path = PROJECT / "var"
    database_url: SecretStr | None = Field(default=None, alias="DATABASE_URL")
    host: str = "127.0.0.1"
    port: int = 8000
    #: The file descriptor of a listening socket that we inherit; then nothing is opened at `host` and `port`.
    web_socket: int | None = None
    #: The address people reach us at, for links and the Telegram webhook; without it Telegram is polled.
    public_url: str | None = None

    nlu_url: str | None = None
    nlu_token: SecretStr | None = None
    #: Seconds until the menu answers instead.
    nlu_seconds: float = 2.0

    telegram_token: SecretStr | None = Field(default=None, alias="TELEGRAM_TOKEN")
    telegram_api: str = Field(default="https://api.telegram.org", alias="TELEGRAM_API")
    #: Messages a second over all chats: Telegram allows 30.
    telegram_rate: float = Field(default=28.5, alias="TELEGRAM_RATE")

    #: What one visitor of the web chat may send, and all visitors from one internet address together.
    chat_rate: str = "20 per 10 second"
    chat_network_rate: str = "3000 per minute"

    turn_workers: int = 1
    turn_concurrency: int = 4

    @property
    def address(self) -> str:
        """Where people reach our pages, for links in messages."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def key_file(self) -> Path:
        """The key that identity data is encrypted with. Back it up apart from the database."""
        return self.home / "keys" / "pandu.key"

    @property
    def postgres_home(self) -> Path:
        """Where the bundled Postgres lives."""
        return self.home / "postgres"

    @property
    def model_file(self) -> Path:
        """The language model that is served."""
        return self.home / "models" / "nlu.tar.gz"

    @property
    def logs(self) -> Path:
        """Where processes write what they print."""
        return self.home / "logs"
