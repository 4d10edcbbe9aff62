"""The migrations make exactly the tables that the models describe, and can be undone."""

from __future__ import annotations

import pytest
from alembic import command

from bot.bundled_postgres import BundledPostgres
from storage.migrate import alembic_config, check_key, migrate
from storage.vault import KEY_BYTES, Vault, WrongKey


def test_models_and_migrations_agree(database_url: str) -> None:
    command.check(alembic_config(database_url))


def test_migrations_go_down_and_up_again(database_url: str) -> None:
    command.downgrade(alembic_config(database_url), "base")
    migrate(database_url)
    command.check(alembic_config(database_url))


def test_another_key_is_refused(postgres: BundledPostgres, database_url: str, vault: Vault) -> None:
    check_key(database_url, vault)
    check_key(database_url, vault)
    with pytest.raises(WrongKey):
        check_key(database_url, Vault(b"x" * KEY_BYTES))
