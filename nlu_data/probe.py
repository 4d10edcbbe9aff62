"""Lets our components, or with a model's path the whole pipeline, answer texts: a JSON list in, a JSON list out.

Run in the Rasa environment, the texts on standard input; `tests/nlu/` does.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

from rasa_environment import prepare


def answers(texts: list[str]) -> list[dict[str, Any]]:
    """What mask, normaliser, noise and clauses make of each text."""
    from components.clauses import clauses
    from components.identity_mask import mask
    from components.noise import mistyped
    from components.normaliser import reading

    chance = random.Random(1)  # noqa: S311 (noise, no secret)
    return [
        {
            "mask": mask(text),
            "reading": reading(text),
            "noise": mistyped(text, chance, 0.5),
            "clauses": [text[start:end].strip() for start, end in clauses(text)],
        }
        for text in texts
    ]


def readings(texts: list[str], model: str) -> list[dict[str, Any]]:
    """What a whole model answers to each text."""
    import asyncio
    import logging

    import structlog
    from rasa.core.agent import Agent

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))

    async def read() -> list[dict[str, Any]]:
        agent = Agent.load(model)
        return [await agent.parse_message(text) for text in texts]

    found = asyncio.run(read())
    return [{key: row[key] for key in ("text", "intent", "intent_ranking", "entities")} for row in found]


def main() -> None:
    """Read, answer, print."""
    texts = json.load(sys.stdin)
    models = [str(Path(name).resolve()) for name in sys.argv[1:]]
    prepare()
    found = readings(texts, models[0]) if models else answers(texts)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
