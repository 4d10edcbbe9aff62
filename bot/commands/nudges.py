"""`pandu nudges`: what would be planned on a day, and how the ledger stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import func, select

from bot.bootstrap import now
from bot.commands.session import run_with_database
from bot.settings import Settings
from dialogs.nudges import due_steps, nudge_policy
from storage.database import Database
from storage.models import Nudge
from storage.nudge_effect import Effect, nudge_effect
from storage.nudges import plan_nudges

cli = typer.Typer(help="Due-date nudges.", no_args_is_help=True)


@cli.command()
def plan(
    on: Annotated[str | None, typer.Option(help="The day, as 2026-12-08; today without it.")] = None,
    *,
    dry_run: Annotated[bool, typer.Option(help="Plan nothing, only count.")] = False,
) -> None:
    """Plan what is due on a day and not in the ledger yet."""
    day = date.fromisoformat(on) if on else now().date()
    count = run_with_database(Settings(), lambda database: _plan(database, day, dry_run=dry_run))
    typer.echo(f"{count} nudges {'would be' if dry_run else 'were'} planned for {day}.")


@cli.command()
def status() -> None:
    """How many nudges are in which state, and why."""
    for state, reason, count in run_with_database(Settings(), _states):
        typer.echo(f"{count:8}  {state}{f' ({reason})' if reason else ''}")


@cli.command()
def effect(days: Annotated[int, typer.Option(help="Over the bills due in so many days.")] = 90) -> None:
    """Whether nudges help: paid in time, nudged against held out."""
    found = run_with_database(Settings(), lambda database: _effect(database, days))
    for name, group in (("nudged", found.nudged), ("held out", found.held_out)):
        typer.echo(f"{group.bills:8}  bills {name}, {group.share:.1%} paid in time")
    low, high = found.interval
    typer.echo(f"Difference {found.difference:+.1%}, 95 % interval {low:+.1%} to {high:+.1%}.")


async def _effect(database: Database, days: int) -> Effect:
    today = now().astimezone(ZoneInfo("Asia/Jakarta")).date()
    async with database.sessions() as session:
        return await nudge_effect(session, today - timedelta(days=days), today)


async def _plan(database: Database, day: date, *, dry_run: bool) -> int:
    policy, planned = nudge_policy(), 0
    async with database.sessions() as session:
        for zone in policy.time_zones:
            noon = datetime.combine(day, time(12), ZoneInfo(zone))
            planned += await plan_nudges(session, policy, due_steps(policy, day), zone, noon)
        await (session.rollback() if dry_run else session.commit())
    return planned


async def _states(database: Database) -> Sequence[tuple[str, str | None, int]]:
    async with database.sessions() as session:
        rows = await session.execute(
            select(Nudge.state, Nudge.reason, func.count())
            .group_by(Nudge.state, Nudge.reason)
            .order_by(Nudge.state, Nudge.reason)
        )
        return [(state, reason, count) for state, reason, count in rows]
