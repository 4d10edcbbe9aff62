"""`pandu misunderstood`: what was not understood, alike messages together, to be labelled and learnt from.

Messages are stored with identity numbers masked; nothing else of a participant is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import typer
from sqlalchemy import select

from bot.bootstrap import now
from bot.commands.session import run_with_database
from bot.settings import Settings
from dialogs.turns import Decision
from dialogs.typed import plain
from storage.database import Database
from storage.models import Direction, Message

MOST_MESSAGES = 5_000
#: Share of their three-letter pieces that two alike messages have in common.
ALIKE = 0.45
UNCLEAR = (Decision.NOT_UNDERSTOOD, Decision.OFFERED)
HEAD = """# What was not understood, by Rasa's guess. Correct the intents, drop what no one would want answered,
# then move the lines to nlu_data/data/nlu/.
version: "3.1"
nlu:
"""


@dataclass
class Cluster:
    """Messages that are alike; the first stands for all."""

    pieces: frozenset[str]
    guess: str
    texts: list[str] = field(default_factory=list)


def misunderstood(settings: Settings, days: int, examples: Path | None) -> None:
    """Print the clusters, commonest first, and write them as examples where asked."""
    rows = run_with_database(settings, lambda database: _unclear(database, days))
    clusters = clustered(rows)
    typer.echo(f"{len(rows)} messages in {days} days were not understood at once; {len(clusters)} kinds.")
    for cluster in clusters:
        typer.echo(f"{len(cluster.texts):5}  {cluster.guess:20}  {cluster.texts[0][:100]}")
    if examples:
        examples.write_text(as_examples(clusters), encoding="utf-8")
        typer.echo(f"Written to {examples}: correct the intents, then train with: pandu train --candidate")


def clustered(rows: Iterable[tuple[str, str]]) -> list[Cluster]:
    """Put (text, guessed intent) into clusters of alike texts, the largest first."""
    clusters: list[Cluster] = []
    for text, guess in rows:
        pieces = _pieces(text)
        near = max(clusters, key=lambda cluster: _alike(pieces, cluster.pieces), default=None)
        if near is None or _alike(pieces, near.pieces) < ALIKE:
            near = Cluster(pieces, guess)
            clusters.append(near)
        near.texts.append(" ".join(text.split()))
    return sorted(clusters, key=lambda cluster: len(cluster.texts), reverse=True)


def as_examples(clusters: Sequence[Cluster]) -> str:
    """The clusters as a file of Rasa's training data, each text once, under its guessed intent."""
    by_intent: dict[str, dict[str, None]] = {}
    for cluster in clusters:
        by_intent.setdefault(cluster.guess, {}).update(dict.fromkeys(_example(text) for text in cluster.texts))
    blocks = (
        f"  - intent: {guess}\n    examples: |\n" + "".join(f"      - {text}\n" for text in texts)
        for guess, texts in by_intent.items()
    )
    return HEAD + "".join(blocks)


def _example(text: str) -> str:
    return text.translate(str.maketrans("[]{}", "()()"))


def _pieces(text: str) -> frozenset[str]:
    typed = f" {plain(text)} "
    return frozenset(typed[place : place + 3] for place in range(len(typed) - 2))


def _alike(some: frozenset[str], others: frozenset[str]) -> float:
    return len(some & others) / max(1, len(some | others))


async def _unclear(database: Database, days: int) -> list[tuple[str, str]]:
    """Text and guessed intent of messages that were not answered at once, newest first."""
    since = now() - timedelta(days=days)
    async with database.sessions() as session:
        found = await session.execute(
            select(Message.text, Message.understanding)
            .where(Message.direction == Direction.IN, Message.decision.in_(UNCLEAR), Message.created_at >= since)
            .where(Message.understanding.is_not(None), Message.text != "")
            .order_by(Message.id.desc())
            .limit(MOST_MESSAGES)
        )
        return [(text, (reading or {}).get("intent", "out_of_scope")) for text, reading in found]
