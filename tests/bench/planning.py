"""Planning nudges: a day on which both segments that pay for themselves are due, for so many participants."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psutil
import psycopg

from dialogs.nudges import nudge_policy
from scheduler.plan_nudges import plan_all_due
from storage.database import Database, open_database
from tests.bench.stand import Stand

#: BPU dues of December fall on the 15th, PBPU dues on the 10th: both are in their week before.
DUE_DAY = datetime(2026, 12, 8, 2, 30, tzinfo=UTC)
REPEATS = 3

#: `due` participants who must get a nudge, and a quarter more who must not: paid, opted out, sponsored or ended.
#: Everybody has the nudge of the month before in the ledger.
ROWS = """
INSERT INTO participants (time_zone, nudges_wanted)
SELECT CASE WHEN n %% 20 < 15 THEN 'Asia/Jakarta' WHEN n %% 20 < 19 THEN 'Asia/Makassar' ELSE 'Asia/Jayapura' END,
       NOT (n > %(due)s AND n %% 4 = 0)
FROM generate_series(1, %(due)s * 5 / 4) AS n;

INSERT INTO memberships (participant_id, scheme, segment, programmes, monthly_amount, first_month, sponsored, ended_on)
SELECT id, CASE WHEN id %% 2 = 0 THEN 'bpjstk' ELSE 'jkn' END, CASE WHEN id %% 2 = 0 THEN 'BPU' ELSE 'PBPU' END,
       CASE WHEN id %% 2 = 0 THEN ARRAY['JKK', 'JKM'] ELSE ARRAY['JKN'] END, 36800, '2026-01-01',
       id > %(due)s AND id %% 4 = 1, CASE WHEN id > %(due)s AND id %% 4 = 2 THEN date '2026-10-31' END
FROM participants;

INSERT INTO payments (participant_id, scheme, month, source, created_at)
SELECT participant_id, scheme, month, 'reported', now()
FROM memberships, unnest(ARRAY[date '2026-11-01', date '2026-12-01']) AS month
WHERE month < date '2026-12-01' OR (participant_id > %(due)s AND participant_id %% 4 = 3);

INSERT INTO nudges (participant_id, membership_id, programme, period, step, due_on, send_after, send_before, state,
                    planned_at, sent_at)
SELECT participant_id, id, scheme, '2026-11-01', 'week_before', '2026-11-16', '2026-11-09 02:00Z', '2026-11-14 12:00Z',
       'sent', '2026-11-09 01:00Z', '2026-11-09 02:01Z'
FROM memberships;
"""


@dataclass(frozen=True)
class Planning:
    """How long it took to plan `due` nudges, and to find a minute later that nothing is new. In seconds."""

    due: int
    seconds: float
    again_seconds: float
    #: By how many MB the planning process grew while it planned, at its peak.
    grown_mb: float

    @property
    def per_second(self) -> float:
        """Nudges planned per second."""
        return self.due / self.seconds


async def plan_for(stand: Stand, due: int, repeats: int = REPEATS) -> Planning:
    """Plan several times from the same start; the medians, and the peak of memory."""
    with _participants(stand, due) as url:
        database = open_database(url, stand.vault(), pool_size=1)
        runs, grown = [], []
        for _ in range(repeats):
            _forget_december(url)
            with sampled_memory() as memory:
                runs.append((await _seconds_to_plan(database, due), await _seconds_to_plan(database, 0)))
            grown.append(max(memory) - memory[0])
        await database.close()
    first, again = (statistics.median(seconds) for seconds in zip(*runs, strict=True))
    return Planning(due, first, again, max(grown))


@contextmanager
def sampled_memory() -> Iterator[list[float]]:
    """MB resident in this process, before, every 20 ms meanwhile, and after."""
    process, over = psutil.Process(), threading.Event()
    samples = [process.memory_info().rss / 1e6]

    def sample() -> None:
        while not over.wait(0.02):
            samples.append(process.memory_info().rss / 1e6)

    sampler = threading.Thread(target=sample)
    sampler.start()
    yield samples
    over.set()
    sampler.join()
    samples.append(process.memory_info().rss / 1e6)


async def _seconds_to_plan(database: Database, expected: int) -> float:
    began = time.perf_counter()
    planned = await plan_all_due(database, nudge_policy(), DUE_DAY)
    seconds = time.perf_counter() - began
    assert planned == expected, f"{planned} nudges were planned in place of {expected}"
    return seconds


@contextmanager
def _participants(stand: Stand, due: int) -> Iterator[str]:
    name = f"nudges_{due}"
    url = stand.new_database(name)
    with psycopg.ClientCursor(psycopg.connect(url)) as cursor:
        cursor.execute(ROWS, {"due": due})
        cursor.connection.commit()
        cursor.connection.close()
    yield url
    stand.drop_database(name)


def _forget_december(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM nudges WHERE period = '2026-12-01'")
        connection.execute("VACUUM ANALYZE")
