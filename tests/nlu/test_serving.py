"""How the language model is served."""

from __future__ import annotations

from pathlib import Path

from bot.model import Model


def test_a_token_that_begins_with_a_dash_is_no_option() -> None:
    command = Model(Path("nlu.tar.gz")).serving_command(5005, "-dash", Path("empty.yml"))
    assert [word for word in command if "-dash" in word] == ["--auth-token=-dash"]
