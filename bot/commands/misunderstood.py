"""`pandu misunderstood`: what was not understood, alike messages together, to be labelled and learnt from.

Messages are stored with identity numbers masked; nothing else of a participant is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import typer

from bot.bootstrap import now
from bot.commands.session import run_with_database
from bot.settings import Settings
from storage.database import Database
from storage.unanswered import Cluster, Unclear, clustered, unclear_messages

HEAD = """# What was not understood, by Rasa's guess. Correct the intents, drop what no one would want answered,
# then move the lines to nlu_data/data/nlu/.
version: "3.1"
nlu:
"""


def misunderstood(settings: Settings, days: int, examples: Path | None) -> None:
    """Print the clusters, commonest first, and write them as examples where asked."""
    rows = run_with_database(settings, lambda database: _unclear(database, days))
    clusters = clustered(rows)
    typer.echo(f"{len(rows)} messages in {days} days were not understood at once; {len(clusters)} kinds.")
    for cluster in clusters:
        typer.echo(f"{len(cluster.messages):5}  {cluster.guess:20}  {cluster.texts[0][:100]}")
    if examples:
        examples.write_text(as_examples(clusters), encoding="utf-8")
        typer.echo(f"Written to {examples}: correct the intents, then train with: pandu train --candidate")


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


async def _unclear(database: Database, days: int) -> list[Unclear]:
    async with database.sessions() as session:
        return await unclear_messages(session, now() - timedelta(days=days))
