"""`pandu train --candidate`: a new model takes the place of the one in use unless it is worse; and the way back."""

from __future__ import annotations

import os
import subprocess

import typer

from bot.model import QUIET, Model

RESTART = "Restart Pandu to use it."


def train_candidate(model: Model) -> int:
    """Train, compare, release or refuse; returns the exit code. A refused model is deleted."""
    candidate = model.candidate
    candidate.file.parent.mkdir(parents=True, exist_ok=True)
    if _run(candidate.training_command()):
        typer.echo("Training failed; the model in use stays.", err=True)
        return 1
    if _run(candidate.gate_command(against=model)):
        candidate.file.unlink()
        model.remember_refusal()
        typer.echo(
            "The new model is worse; the one in use stays, also at the next start, until the data change.", err=True
        )
        return 1
    if model.file.exists():
        model.file.replace(model.previous.file)
    candidate.file.replace(model.file)
    model.remember_hash()
    typer.echo(f"The new model is released. {RESTART} The way back: pandu train --roll-back")
    return 0


def roll_back(model: Model) -> int:
    """Change places with the model that was in use before; a second time changes them back."""
    if not model.previous.is_whole():
        typer.echo("There is no earlier model to go back to.", err=True)
        return 1
    model.file.replace(model.candidate.file)
    model.previous.file.replace(model.file)
    model.candidate.file.replace(model.previous.file)
    model.remember_hash()
    typer.echo(f"The earlier model is back. {RESTART}")
    return 0


def _run(command: list[str]) -> int:
    return subprocess.run(command, env={**os.environ, **QUIET}, check=False).returncode  # noqa: S603 - our own command
