"""The command line: `pandu`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.bundled_postgres import PostgresFailed
from bot.commands import ask as asking
from bot.commands import chat as chatting
from bot.commands import demo as demonstrating
from bot.commands import doctor as examining
from bot.commands import misunderstood as misunderstanding
from bot.commands import nudges as nudging
from bot.commands import parse as parsing
from bot.commands import staff as staffing
from bot.commands import texts as text_files
from bot.commands import training
from bot.commands.session import CannotReach, with_database
from bot.model import Model
from bot.settings import Settings
from bot.up import CannotStart, run_training, up
from storage.migrate import migrate as migrate_database

cli = typer.Typer(help="Pandu, the guide to social security.", no_args_is_help=True, add_completion=False)
cli.add_typer(staffing.cli, name="staff")
cli.add_typer(nudging.cli, name="nudges")
cli.add_typer(text_files.cli, name="texts")


@cli.command(name="up")
def start() -> None:
    """Start everything on this machine, and stay until Ctrl-C."""
    up(Settings())


@cli.command()
def migrate() -> None:
    """Bring the database to the newest tables."""
    with with_database(Settings()) as url:
        migrate_database(url)
    typer.echo("The database is up to date.")


@cli.command()
def train(
    *,
    if_changed: Annotated[bool, typer.Option(help="Only when the data changed since the last time.")] = False,
    candidate: Annotated[bool, typer.Option(help="Beside the one in use, to replace it unless worse.")] = False,
    roll_back: Annotated[bool, typer.Option(help="Take the model that was in use before.")] = False,
) -> None:
    """Train the language model."""
    settings = Settings()
    if roll_back:
        raise typer.Exit(training.roll_back(Model(settings.model_file)))
    if candidate:
        raise typer.Exit(training.train_candidate(Model(settings.model_file)))
    if if_changed and Model(settings.model_file).is_current():
        return
    raise typer.Exit(run_training(settings))


@cli.command()
def chat() -> None:
    """Talk to the assistant at this prompt. Pandu must be running."""
    chatting.chat(Settings())


@cli.command()
def doctor() -> None:
    """Say what is missing or wrong, and the mend."""
    raise typer.Exit(examining.examine(Settings()))


@cli.command()
def demo() -> None:
    """Fill the running Pandu with believable people, dues and complaints."""
    demonstrating.demo(Settings())


@cli.command()
def parse() -> None:
    """Read one text a line; print one JSON a line: intent, confidence, ranking, entities, decision."""
    parsing.parse(Settings(), sys.stdin, sys.stdout)


@cli.command()
def misunderstood(
    *,
    days: Annotated[int, typer.Option(help="How far back to look.")] = 30,
    examples: Annotated[Path | None, typer.Option(help="Also write them here as examples to label and train.")] = None,
    labelled: Annotated[bool, typer.Option(help="Write only what was labelled at the desk.")] = False,
) -> None:
    """What was not answered rightly, alike messages together, commonest first."""
    misunderstanding.misunderstood(Settings(), days, examples, labelled_only=labelled)


@cli.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question; without it, one a line is read.")] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, a line an answer.")] = False,
) -> None:
    """Answer a question from the articles, with its sources and score."""
    typed = (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
    asking.ask(typed if question is None else [question], sys.stdout, as_json=json)


def main() -> None:
    """Run the command line; what the operator can mend is said in a sentence."""
    try:
        cli()
    except (CannotStart, CannotReach) as problem:
        typer.echo(f"Pandu cannot start. {problem}", err=True)
        sys.exit(1)
    except PostgresFailed as problem:
        typer.echo(f"The bundled Postgres did not start. Run `pandu doctor`. It said:\n{problem}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
