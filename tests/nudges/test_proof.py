"""The ledger's proof: whatever dies and however clocks jump, no nudge goes out twice and none is lost silently."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from dialogs.nudges import steps_of_month
from social_security.months import add_months
from storage.database import Database
from storage.models import Author, Message, Nudge, NudgeState, Participant
from tests.nudges.simulation import POLICY, Simulation, a_simulation

PEOPLE, MONTHS = (10_000, 3) if os.environ.get("PANDU_PROOF") else (200, 1)
FIRST = date(2026, 12, 1)
START = datetime(2026, 11, 30, 1, tzinfo=UTC)
FIGURES = Path("build/proof.json")


async def test_proof_of_the_ledger(database: Database) -> None:
    months = [add_months(FIRST, offset) for offset in range(MONTHS)]
    simulation = await a_simulation(database, PEOPLE, months, os.environ.get("PANDU_SEED", "ledger"))
    end = START + timedelta(days=30 * MONTHS)
    await simulation.run(START, end)
    async with database.sessions() as session:
        ledger = (await session.scalars(select(Nudge))).all()
        kept = await session.scalar(select(func.count()).where(Message.author == Author.NUDGE))
        zones = dict((await session.execute(select(Participant.id, Participant.time_zone))).all())
    states = Counter(row.state for row in ledger)
    arrived = simulation.channel.arrived
    _keep_figures(simulation, ledger)
    assert simulation.deaths > 2
    assert simulation.scheduler_deaths > 2
    assert states[NudgeState.UNKNOWN] > 0
    assert set(Counter(arrived).values()) == {1}
    assert kept == states[NudgeState.SENT]
    assert states[NudgeState.SENT] <= len(arrived) <= states[NudgeState.SENT] + states[NudgeState.UNKNOWN]
    assert [row.id for row in ledger if row.state == NudgeState.CLAIMED] == []
    assert [row.id for row in ledger if row.state == NudgeState.PLANNED and row.send_before <= end - TOLERANCE] == []
    assert [row.id for row in ledger if row.state in ENDED_OTHERWISE and not row.reason] == []
    assert [row.id for row in ledger if row.sent_at and not _decent(row, simulation, zones)] == []
    assert _missing(ledger, simulation, months, end) == []


def _keep_figures(simulation: Simulation, ledger: Sequence[Nudge]) -> None:
    """What the ledger says of every expected nudge, and what became of those that arrived: `build/proof.json`."""
    endings = Counter(f"{row.state}: {(row.reason or '-').split(':')[0]}" for row in ledger)
    arrivals = Counter(simulation.channel.arrived).values()
    figures = {
        "people": PEOPLE,
        "months": MONTHS,
        "in_the_ledger": len(ledger),
        "arrived": len(arrivals),
        "arrived_twice": sum(times > 1 for times in arrivals),
        "payments": len(simulation.pays),
        "senders_killed": simulation.deaths,
        "schedulers_killed": simulation.scheduler_deaths,
        "endings": dict(sorted(endings.items())),
    }
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=2), encoding="utf-8")


#: The clock of the last ticks may have been wrong by so much.
TOLERANCE = timedelta(hours=12)
ENDED_OTHERWISE = {NudgeState.UNKNOWN, NudgeState.SUPPRESSED}


def _decent(row: Nudge, simulation: Simulation, zones: dict[int, str]) -> bool:
    """Whether a sent nudge went out before the payment and by day."""
    assert row.sent_at is not None
    paid = simulation.pays.get((row.participant_id, row.period))
    hour = row.sent_at.astimezone(ZoneInfo(zones[row.participant_id])).hour
    return (paid is None or row.sent_at < paid) and POLICY.from_hour <= hour <= POLICY.until_hour


def _missing(
    ledger: Sequence[Nudge], simulation: Simulation, months: list[date], end: datetime
) -> list[tuple[int, date, str]]:
    """Steps of unpaid months that held for a whole day and are not in the ledger."""
    known = defaultdict(set)
    for row in ledger:
        known[row.participant_id, row.period].add(row.step)
    missing = []
    for participant_id, segment in simulation.segments.items():
        for month in months:
            paid = simulation.pays.get((participant_id, month), end)
            for step in steps_of_month(POLICY, segment, month, None):
                over = datetime.combine(step.until_day, datetime.min.time(), UTC) + TOLERANCE
                if over < min(paid, end) and step.step not in known[participant_id, month]:
                    missing.append((participant_id, month, step.step))
    return missing
