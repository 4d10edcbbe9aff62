"""`pandu staff`: who may sign in at the desk."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.bootstrap import now
from bot.commands.session import run_with_database
from bot.settings import Settings
from storage.database import Database
from storage.models import Role
from storage.staff import disable_staff, find_staff, invite, list_staff

cli = typer.Typer(help="Who may sign in at the desk.", no_args_is_help=True)


@cli.command(name="invite")
def invite_staff(role: Annotated[Role, typer.Argument()] = Role.AGENT) -> None:
    """Print a one-time link with which somebody sets their name and password."""
    settings = Settings()

    async def work(database: Database) -> str:
        async with database.transaction() as session:
            return await invite(session, role, now())

    token = run_with_database(settings, work)
    typer.echo(f"{settings.public_url or f'http://{settings.host}:{settings.port}'}/desk/undangan/{token}")


@cli.command(name="list")
def show() -> None:
    """Print everybody with their role."""

    async def work(database: Database) -> list[str]:
        async with database.sessions() as session:
            return [
                f"{staff.email}  {staff.name}  {staff.role}{'  (disabled)' if staff.disabled_at else ''}"
                for staff in await list_staff(session)
            ]

    for line in run_with_database(Settings(), work):
        typer.echo(line)


@cli.command()
def disable(email: str) -> None:
    """End somebody's access at once."""

    async def work(database: Database) -> bool:
        async with database.transaction() as session:
            staff = await find_staff(session, email)
            if staff is not None:
                await disable_staff(session, staff.id, now())
            return staff is not None

    known = run_with_database(Settings(), work)
    typer.echo(f"{email} can no longer sign in." if known else f"Nobody has the address {email}.", err=not known)
    raise typer.Exit(0 if known else 1)
