"""`make bench`: measure, print, write `build/bench.json`; exits with 1 when something that must hold does not."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import statistics
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from rich.markdown import Markdown

from tests.bench.finding import Finding, finding
from tests.bench.load import Load, run_load
from tests.bench.models import app_model, peer_model
from tests.bench.planning import REPEATS, Planning, plan_for
from tests.bench.rate import Stretch, send_at_the_limits
from tests.bench.results import FILE, LoadFigures, Process, Results, describe_machine
from tests.bench.screen import console, say
from tests.bench.stand import Stand, running_stand
from tests.bench.talking import client, peer_opener, web_opener
from tests.bench.turn_work import OwnWork, own_work, parse_times

ROUNDS = 4
#: Turns of each conversation in a round, by the number of conversations at once.
TURNS = {1: 40, 16: 25}
#: Before anything counts, at 16 conversations.
WARM_UP_TURNS = 8
#: Runs of planning, by the number of participants due.
PLANNED = {10_000: REPEATS, 100_000: REPEATS, 1_000_000: 1}
PROCESSES = {"Rasa": ("peer", "postgres"), "Pandu": ("app", "turns", "nlu", "postgres", "sender", "scheduler")}

Loads = Mapping[int, Mapping[str, Load]]


async def compare(stand: Stand) -> Loads:
    """Both assistants under the same load, in turn; who begins changes with every round."""
    loads = {count: {name: Load() for name in PROCESSES} for count in TURNS}
    async with client(stand.peer_url) as rasa, client(stand.web_url) as pandu:
        openers = {"Rasa": peer_opener(rasa), "Pandu": web_opener(pandu)}
        running = {
            name: [started for started in stand.started if started.name in names] for name, names in PROCESSES.items()
        }
        for name, opener in openers.items():
            say(f"Warming {name} up ...")
            await run_load(opener, 16, WARM_UP_TURNS, running[name])
        for number in range(ROUNDS):
            for count, each in TURNS.items():
                for name in list(PROCESSES)[:: -1 if number % 2 else 1]:
                    load = await run_load(openers[name], count, each, running[name])
                    loads[count][name].add(load)
                    say(f"round {number + 1}: {name} at {count}: {load.per_second:.1f} turns a second")
    return loads


async def measure(stand: Stand) -> Results:
    """Everything, on a stand that runs."""
    loads = await compare(stand)
    if not stand.peer_events():
        raise RuntimeError("Rasa's tracker kept nothing in SQL: this would not be a comparison")
    say("Parsing alone, and the turn's own work ...")
    parses, own = await parse_times(stand), await own_work(stand)
    processes = {
        started.name: Process(round(started.memory(), 1), round(started.seconds, 2)) for started in stand.started
    }
    stand.supervisor.stop_all()
    plannings = [await _plan(stand, due, repeats) for due, repeats in PLANNED.items()]
    say("Sending at Telegram's limits ...")
    stretches = await send_at_the_limits(stand)
    say("Finding articles ...")
    return _results(loads, parses, own, plannings, stretches, finding(), processes)


async def _plan(stand: Stand, due: int, repeats: int) -> Planning:
    say(f"Planning nudges for {due:,} participants ...")
    planning = await plan_for(stand, due, repeats)
    say(f"{planning.per_second:,.0f} a second")
    return planning


def _results(
    loads: Loads,
    parses: Mapping[str, float],
    own: OwnWork,
    plannings: Sequence[Planning],
    stretches: Sequence[Stretch],
    found: Finding,
    processes: Mapping[str, Process],
) -> Results:
    figures = {str(count): {name: LoadFigures.of(load) for name, load in of.items()} for count, of in loads.items()}
    rasa, pandu = figures["16"]["Rasa"], figures["16"]["Pandu"]
    small, large, million = plannings
    return Results(
        date=datetime.now(UTC),
        cores=os.cpu_count() or 1,
        machine=describe_machine(),
        turn_ratio=pandu.turns_per_second / rasa.turns_per_second,
        p95_ratio=pandu.p95_ms / rasa.p95_ms,
        turn_overhead_ms=statistics.median(ms - parses[text] for text, ms in loads[1]["Pandu"].turns),
        parse_ms=statistics.median(parses.values()),
        own_intake_ms=own.intake,
        own_turn_ms=own.turn,
        nudges_per_second_10k=small.per_second,
        nudges_per_second_100k=large.per_second,
        nudge_seconds_100k=large.seconds,
        nudge_again_seconds_100k=large.again_seconds,
        nudge_linearity=large.per_second / small.per_second,
        nudge_seconds_million=million.seconds,
        nudge_again_seconds_million=million.again_seconds,
        nudge_million_grown_mb=million.grown_mb,
        sent_per_second=min(stretch.per_second for stretch in stretches if stretch.nudges),
        refused_429=sum(stretch.refused for stretch in stretches),
        stretches=stretches,
        finding_p95_ms=found.p95_ms,
        finding_build_seconds=found.build_seconds,
        conversations=figures,
        processes=processes,
        load_average=os.getloadavg()[0],
    )


def main() -> int:
    """Run; the exit code says whether everything that must hold does."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--write", action="store_true", help="also put the figures into docs/measurements.md")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    model, peer = app_model(), peer_model()
    say("Starting Postgres, Rasa twice (as the peer, and for our understanding), and our processes ...")
    with running_stand() as stand:
        stand.start_peer(peer)
        stand.start_pandu(model)
        results = asyncio.run(measure(stand))
        say("Stopping ...")
    results.write()
    if arguments.write:
        results.write_document()
    console.print(Markdown(results.to_markdown()))
    say(f"Written: {FILE}")
    for must in results.missed():
        console.print(f"[bold red]Missed:[/bold red] {must.says} must be {must.bound}")
    return 1 if results.missed() else 0


if __name__ == "__main__":
    sys.exit(main())
