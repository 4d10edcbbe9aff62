"""`pandu texts`: articles and rules to files and from files."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.bootstrap import now
from bot.commands.session import run_with_database
from bot.live_texts import Texts
from bot.settings import Settings
from bot.text_archives import BadArchive, Incoming, in_folder, report, take_in, texts_out
from storage.database import Database
from storage.models import Role
from storage.staff import find_staff

cli = typer.Typer(help="Articles and rules as files.", no_args_is_help=True)


@cli.command(name="export")
def export_texts(folder: Path) -> None:
    """Write all live articles and rules below FOLDER, as the repository has them."""

    async def work(database: Database) -> dict[str, str]:
        async with database.sessions() as session:
            return await texts_out(session, now())

    found = run_with_database(Settings(), work)
    for path, text in found.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    typer.echo(f"{len(found)} files in {folder}.")


@cli.command(name="import")
def import_texts(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    *,
    author: Annotated[str, typer.Option("--as", help="E-mail of the administrator who proposes them.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Propose what is new or changed below FOLDER. A second person approves it at the desk."""

    async def work(database: Database) -> tuple[list[Incoming], int]:
        texts = Texts(database, now)
        await texts.refresh()
        async with database.transaction() as session:
            staff = await find_staff(session, author)
            if staff is None or staff.role != Role.ADMINISTRATOR or staff.disabled_at is not None:
                raise typer.BadParameter("no administrator has this e-mail", param_hint="--as")
            files = await asyncio.to_thread(in_folder, folder)
            rows = await report(session, files, texts.library, now().date())
            taken = 0 if dry_run else await take_in(session, rows, staff.id, now(), "import")
            return rows, taken

    try:
        rows, taken = run_with_database(Settings(), work)
    except BadArchive as bad:
        typer.echo(f"Nothing was taken: {bad}.", err=True)
        raise typer.Exit(1) from bad
    for row in rows:
        if row.outcome != "same":
            typer.echo(f"{row.outcome:8} {row.path}")
        for problem in row.problems:
            typer.echo(f"         {problem.key}{f' line {problem.line}' if problem.line else ''}: {problem.message}")
    same = sum(row.outcome == "same" for row in rows)
    typer.echo(f"{same} the same, {taken} submitted.")
    raise typer.Exit(any(row.outcome == "refused" for row in rows))
