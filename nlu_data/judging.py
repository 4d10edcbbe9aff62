"""Lets a model read labelled texts: one JSON object a line with text, intent, and alt where ambiguous is true."""

from __future__ import annotations

import json
import logging
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa_environment import HERE
from scoring import Judged, Thresholds

NOISE_SEED = 7
NOISE_SLIPS = 0.15


@dataclass(frozen=True)
class Verdict:
    """The judged texts, the milliseconds each took, and the second request named in each with how sure it is."""

    rows: list[Judged]
    milliseconds: list[float]
    seconds: list[tuple[str, float] | None]


def labelled(file: Path) -> list[dict[str, Any]]:
    """The lines of a file of labelled texts."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def thresholds() -> Thresholds:
    """Those the dialogs decide by."""
    from rasa.shared.utils.io import read_yaml_file

    table = read_yaml_file(HERE.parent / "dialogs" / "thresholds.yml")
    assert isinstance(table, dict)
    return Thresholds(answer=table["answer"], gap=table["gap"], offer=table["offer"], second=table["second"])


def two_requests() -> list[dict[str, Any]]:
    """Our own messages with two requests each; the first of them as the label."""
    lines = labelled(HERE / "evaluation" / "two_requests.jsonl")
    return [{"text": line["text"], "intent": line["intents"][0], "alt": line["intents"][1]} for line in lines]


def with_slips(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same texts with slips of the thumb in 15 % of the words; the same each time."""
    from components.noise import mistyped

    chance = random.Random(NOISE_SEED)  # noqa: S311 (noise, no secret)
    return [line | {"text": mistyped(line["text"], chance, NOISE_SLIPS)} for line in lines]


async def judge(model: Path, *sets: list[dict[str, Any]]) -> list[Verdict]:
    """Parse each text of each set with one loaded model."""
    import structlog
    from rasa.core.agent import Agent

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    agent = Agent.load(str(model))
    await agent.parse_message("halo")
    return [await _judge(agent, lines) for lines in sets]


async def _judge(agent: Any, lines: list[dict[str, Any]]) -> Verdict:
    verdict = Verdict([], [], [])
    for line in lines:
        started = time.perf_counter()
        parsed = await agent.parse_message(line["text"])
        verdict.milliseconds.append(1000 * (time.perf_counter() - started))
        accepted = {line["intent"], line["alt"] if line.get("ambiguous") else None} - {None}
        ranking = [(r["name"], r["confidence"]) for r in parsed["intent_ranking"]]
        verdict.rows.append(Judged(line["text"], line["intent"], frozenset(accepted), ranking))
        named = (e for e in parsed["entities"] if e["entity"] == "second_request")
        verdict.seconds.append(next(((e["value"], e["confidence_entity"]) for e in named), None))
    return verdict
