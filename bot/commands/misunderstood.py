"""`pandu misunderstood`: what was not answered rightly, alike messages together, and the way to train on it.

Messages are stored with identity numbers masked; nothing else of a participant is printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import typer

from bot.bootstrap import now
from bot.commands.session import run_with_database
from bot.settings import Settings
from storage.database import Database
from storage.unanswered import Cluster, Unclear, clustered, labelled_messages, unclear_messages

HEAD = 'version: "3.1"\n\nnlu:\n'
LABELLED = "# Labelled at the desk: ready to be trained on.\n"
GUESSED = """# Not looked at yet, by Rasa's guess or an agent's word: correct the intents, and drop what no one would
# want answered.
"""


@dataclass(frozen=True)
class Learnt:
    """What waits for a look, and what an administrator has labelled."""

    unclear: Sequence[Unclear]
    labelled: Sequence[Unclear]


def misunderstood(settings: Settings, days: int, examples: Path | None, *, labelled_only: bool) -> None:
    """Print the clusters, commonest first, and write them as examples where asked."""
    learnt = run_with_database(settings, lambda database: read_learnt(database, days))
    clusters = clustered(learnt.unclear)
    typer.echo(f"{len(learnt.unclear)} messages in {days} days were not answered rightly; {len(clusters)} kinds.")
    for cluster in clusters:
        typer.echo(f"{len(cluster.messages):5}  {cluster.guess:20}  {cluster.texts[0][:100]}")
    typer.echo(f"{len(learnt.labelled)} messages were labelled at the desk.")
    if examples:
        examples.write_text(as_examples(learnt.labelled, () if labelled_only else clusters), encoding="utf-8")
        typer.echo(
            f"Written to {examples}: look through it, move it to nlu_data/data/nlu/, then: pandu train --candidate"
        )


async def read_learnt(database: Database, days: int) -> Learnt:
    """What was not answered rightly in so many days, and all that was labelled."""
    async with database.sessions() as session:
        unclear = await unclear_messages(session, now() - timedelta(days=days))
        return Learnt(unclear, await labelled_messages(session))


def as_examples(labelled: Sequence[Unclear], clusters: Sequence[Cluster]) -> str:
    """A file of Rasa's training data, each text once: what is labelled, by its newest label, then what is guessed."""
    sure: dict[str, str] = {}
    for message in labelled:
        sure.setdefault(message.wording, message.guess)
    guessed = {text: cluster.guess for cluster in clusters for text in cluster.texts if text not in sure}
    parts = [f"{words}{_blocks(found)}" for words, found in ((LABELLED, sure), (GUESSED, guessed)) if found]
    return HEAD + "\n".join(parts)


def _blocks(intents: Mapping[str, str]) -> str:
    """Blocks of examples of each intent, from the intent of each text."""
    blocks = []
    for intent in sorted(set(intents.values())):
        lines = "".join(f"    - {_example(text)}\n" for text, its in intents.items() if its == intent)
        blocks.append(f"- intent: {intent}\n  examples: |\n{lines}")
    return "\n".join(blocks)


def _example(text: str) -> str:
    """A text as an example; Rasa would take brackets for annotations."""
    return text.translate(str.maketrans("[]{}", "()()"))
