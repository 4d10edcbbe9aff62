"""What was measured, what must hold, and how it is shown."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

from bot.settings import PROJECT
from tests.bench.load import Load
from tests.bench.rate import Stretch

FILE = PROJECT / "build" / "bench.json"
DOCUMENT = PROJECT / "docs" / "measurements.md"
BEGIN, END = "<!-- figures: written by `python -m tests.bench --write` -->", "<!-- end of figures -->"


@dataclass(frozen=True)
class Must:
    """A bound that a figure must keep, and what we aim at."""

    field: str
    says: str
    least: float | None = None
    most: float | None = None
    aim: str = ""

    def holds(self, value: float) -> bool:
        """Whether the figure keeps the bound."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    @property
    def bound(self) -> str:
        """The bound in words."""
        return f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"


MUSTS = (
    Must("turn_ratio", "turns a second, ours to Rasa's, at 16", least=1.0, aim="2"),
    Must("p95_ratio", "p95, ours to Rasa's, at 16", most=0.6),
    Must("turn_overhead_ms", "a turn less its parse, ms", most=14.99, aim="5"),
    Must("nudge_seconds_100k", "seconds to plan 100,000 nudges", most=15.0),
    Must("nudge_seconds_million", "seconds to plan a million nudges", most=59.99),
    Must("nudge_million_grown_mb", "MB the planner grows by meanwhile, at its peak", most=5.0),
    Must("sent_per_second", "replies and nudges together, messages a second", least=28.0),
    Must("refused_429", "of these refused by Telegram's limits (429)", most=0.0),
    Must("finding_p95_ms", "finding an article among 2,000, p95 ms", most=4.99),
    Must("nudge_linearity", "rate at 100,000 to rate at 10,000", least=0.67, aim="1"),
)


@dataclass(frozen=True)
class Process:
    """One process: its memory after the load, and its start."""

    rss_mb: float
    start_seconds: float


@dataclass(frozen=True)
class LoadFigures:
    """The figures of one assistant at so many conversations. `cpu_ms` is processor time a turn, by process."""

    turns: int
    turns_per_second: float
    p50_ms: float
    p95_ms: float
    cpu_ms: Mapping[str, float]

    @classmethod
    def of(cls, load: Load) -> LoadFigures:
        """Read the figures off a load."""
        return cls(
            len(load.turns), load.per_second, load.percentile(50), load.percentile(95), dict(load.cpu_per_turn())
        )


@dataclass(frozen=True)
class Results:
    """Everything of one run; field names are those of `build/bench.json`."""

    date: datetime
    cores: int
    machine: str
    turn_ratio: float
    p95_ratio: float
    turn_overhead_ms: float
    parse_ms: float
    own_intake_ms: float
    own_turn_ms: float
    nudges_per_second_10k: float
    nudges_per_second_100k: float
    nudge_seconds_100k: float
    nudge_again_seconds_100k: float
    nudge_linearity: float
    nudge_seconds_million: float
    nudge_again_seconds_million: float
    nudge_million_grown_mb: float
    sent_per_second: float
    refused_429: int
    stretches: Sequence[Stretch]
    finding_p95_ms: float
    finding_build_seconds: float
    conversations: Mapping[str, Mapping[str, LoadFigures]]
    processes: Mapping[str, Process]
    load_average: float

    def missed(self) -> list[Must]:
        """What must hold and does not."""
        return [must for must in MUSTS if not must.holds(getattr(self, must.field))]

    def write(self) -> None:
        """Write `build/bench.json`."""
        content: dict[str, Any] = asdict(self) | {"missed": [must.field for must in self.missed()]}
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(json.dumps(content, default=str, indent=2) + "\n", encoding="utf-8")

    def write_document(self) -> None:
        """Put the tables into `docs/measurements.md`, between its two markers."""
        before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        DOCUMENT.write_text(f"{before}{BEGIN}\n{self.to_markdown()}{END}{after}", encoding="utf-8")

    def to_markdown(self) -> str:
        """The figures as tables."""
        return "\n".join([f"\nRun of {self.date:%Y-%m-%d %H:%M} UTC. {self.machine}\n", *self._tables(), ""])

    def _tables(self) -> Iterator[str]:
        yield from table("what must hold | measured | must be | aim", self._must_rows())
        yield from table("conversations | assistant | turns | turns/s | p50 ms | p95 ms", self._load_rows())
        yield from table("processor a turn at 16, ms | by process", self._processor_rows())
        yield from table("a turn by itself | median ms", self._turn_rows())
        yield from table("nudges | measured", self._nudge_rows())
        yield from table(
            "sent at Telegram's limits | replies | nudges | messages/s | most in a second | 429 | "
            "reply p50 ms | p95 | longest",
            self._stretch_rows(),
        )
        yield from table("finding among 2,000 articles | measured", self._finding_rows())
        yield from table("process | memory MB | start s", self._process_rows())

    def _must_rows(self) -> Iterator[str]:
        for must in MUSTS:
            value = getattr(self, must.field)
            kept = "" if must.holds(value) else " **missed**"
            yield f"{must.says} | {value:.2f}{kept} | {must.bound} | {must.aim}"

    def _load_rows(self) -> Iterator[str]:
        for count, sides in self.conversations.items():
            for name, load in sides.items():
                yield (
                    f"{count} | {name} | {load.turns} | {load.turns_per_second:.1f} | {load.p50_ms:.1f} | "
                    f"{load.p95_ms:.1f}"
                )

    def _processor_rows(self) -> Iterator[str]:
        for name, load in self.conversations["16"].items():
            used = ", ".join(f"{process} {ms:.1f}" for process, ms in load.cpu_ms.items() if ms >= 0.05)
            yield f"{name} | {used}; together {sum(load.cpu_ms.values()):.1f}"

    def _turn_rows(self) -> Iterator[str]:
        yield f"Rasa's parse alone | {self.parse_ms:.1f}"
        yield f"POST to reply seen, less that text's parse | {self.turn_overhead_ms:.1f}"
        yield f"of which intake, called directly | {self.own_intake_ms:.1f}"
        yield f"of which the turn less its parse, called directly | {self.own_turn_ms:.1f}"

    def _nudge_rows(self) -> Iterator[str]:
        yield f"planned per second at 10,000 | {self.nudges_per_second_10k:,.0f}"
        yield f"planned per second at 100,000 | {self.nudges_per_second_100k:,.0f}"
        yield f"seconds for 100,000 | {self.nudge_seconds_100k:.1f}"
        yield f"seconds to find a minute later that nothing is new | {self.nudge_again_seconds_100k:.2f}"
        yield f"seconds for a million | {self.nudge_seconds_million:.1f}"
        yield f"seconds to find a minute later that nothing is new | {self.nudge_again_seconds_million:.1f}"
        yield f"MB the planner grew by for a million, at its peak | {self.nudge_million_grown_mb:.1f}"

    def _stretch_rows(self) -> Iterator[str]:
        for each in self.stretches:
            yield (
                f"{each.name} | {each.replies} | {each.nudges} | {each.per_second:.1f} | {each.most_in_a_second} | "
                f"{each.refused} | {each.reply_p50_ms:.0f} | {each.reply_p95_ms:.0f} | {each.reply_longest_ms:.0f}"
            )

    def _finding_rows(self) -> Iterator[str]:
        yield f"a question, p95 ms | {self.finding_p95_ms:.1f}"
        yield f"seconds to index them | {self.finding_build_seconds:.1f}"

    def _process_rows(self) -> Iterator[str]:
        for name, process in self.processes.items():
            yield f"{name} | {process.rss_mb:.0f} | {process.start_seconds:.1f}"


def table(heads: str, rows: Iterator[str]) -> Iterator[str]:
    """A Markdown table, its columns separated by ` | `."""
    yield f"| {heads} |"
    yield "|" + " --- |" * (heads.count("|") + 1)
    yield from (f"| {row} |" for row in rows)
    yield ""


def describe_machine() -> str:
    """The machine in one sentence."""
    cpu = next(
        (line.partition(":")[2].strip() for line in _cpu_lines() if line.startswith("model name")), platform.machine()
    )
    memory = psutil.virtual_memory().total / 2**30
    return f"{psutil.cpu_count()} cores ({cpu}), {memory:.0f} GB of memory, Python {platform.python_version()}."


def _cpu_lines() -> list[str]:
    return Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
