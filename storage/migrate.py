"""Bringing the database to the newest tables, and refusing a wrong key."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config

from storage.vault import Vault, WrongKey

CHECKED = "pandu"
PLACE = "key_checks.sealed"
#: Only one process migrates at a time.
MIGRATING = 7_264_001


def alembic_config(url: str) -> Config:
    """Alembic on our migrations and that database."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def migrate(url: str) -> None:
    """Apply all migrations; safe to call from several processes at once."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (MIGRATING,))
        command.upgrade(alembic_config(url), "head")


def check_key(url: str, vault: Vault) -> None:
    """Remember the key by what it seals, the first time; afterwards raise `WrongKey` when it is another one."""
    with psycopg.connect(url) as connection:
        known = connection.execute("SELECT sealed FROM key_checks").fetchone()
        if known is None:
            connection.execute(
                "INSERT INTO key_checks (key_id, sealed) VALUES (%s, %s)",
                (vault.key_id.hex(), vault.seal(CHECKED, PLACE)),
            )
        elif vault.open_text(known[0], PLACE) != CHECKED:
            raise WrongKey
