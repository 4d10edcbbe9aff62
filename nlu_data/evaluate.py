"""Measure a model on labelled texts, one JSON object a line: text, intent, and alt where ambiguous is true.

Run in the Rasa environment: `python nlu_data/evaluate.py TEXTS.jsonl --model PATH.tar.gz`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import statistics
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa_environment import prepare

THRESHOLDS = (0.2, 0.3, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True)
class Judged:
    """One text with what people say it means and what the model says."""

    text: str
    intent: str
    accepted: frozenset[str]
    ranking: list[tuple[str, float]]

    @property
    def guess(self) -> str:
        return self.ranking[0][0]

    @property
    def confidence(self) -> float:
        return self.ranking[0][1]

    @property
    def right(self) -> bool:
        return self.guess in self.accepted

    @property
    def in_first_two(self) -> bool:
        return any(name in self.accepted for name, _ in self.ranking[:2])


def share(rows: list[Judged], attribute: str = "right") -> str:
    """Say which part of the rows has the attribute."""
    return f"{sum(getattr(r, attribute) for r in rows) / len(rows):.3f} of {len(rows)}" if rows else "- of 0"


def macro_f1(rows: list[Judged]) -> float:
    """F1 averaged over the intents that occur among the labels; the first label alone counts."""
    scores = []
    for intent in {r.intent for r in rows}:
        hits = sum(r.intent == r.guess == intent for r in rows)
        claims = sum(r.guess == intent for r in rows) + sum(r.intent == intent for r in rows)
        scores.append(2 * hits / claims)
    return statistics.mean(scores)


def calibration_error(rows: list[Judged]) -> float:
    """Expected calibration error in ten equal bins of confidence."""
    error = 0.0
    for tenth in range(10):
        part = [r for r in rows if tenth / 10 < r.confidence <= (tenth + 1) / 10]
        error += abs(sum(r.right for r in part) - sum(r.confidence for r in part))
    return error / len(rows)


async def judge(model: str, lines: list[dict[str, Any]]) -> tuple[list[Judged], list[float]]:
    """Parse each text; return the verdicts and the milliseconds each took."""
    import structlog
    from rasa.core.agent import Agent

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    agent = Agent.load(model)
    rows, times = [], []
    for line in lines:
        started = time.perf_counter()
        parsed = await agent.parse_message(line["text"])
        times.append(1000 * (time.perf_counter() - started))
        accepted = {line["intent"], line["alt"] if line.get("ambiguous") else None} - {None}
        ranking = [(r["name"], r["confidence"]) for r in parsed["intent_ranking"]]
        rows.append(Judged(line["text"], line["intent"], frozenset(accepted), ranking))
    return rows, times


def print_report(rows: list[Judged], times: list[float]) -> None:
    """Print accuracy, F1, calibration, out of scope, thresholds, confusions."""
    print(f"accuracy, either label where ambiguous: {share(rows)}")
    print(f"macro F1, strict: {macro_f1(rows):.3f}    calibration error: {calibration_error(rows):.3f}")
    print(f"right among the first two: {share(rows, 'in_first_two')}")
    outside = [r for r in rows if r.intent == "out_of_scope"]
    lost = sum(r.guess == "out_of_scope" for r in rows if "out_of_scope" not in r.accepted)
    print(f"out of scope found: {share(outside)}; in scope taken for it: {lost} of {len(rows) - len(outside)}")
    print(f"parse in process: p50 {statistics.median(times):.1f} ms, slowest {max(times):.1f} ms")
    print("\nconfidence at least | texts | right")
    for threshold in THRESHOLDS:
        above = [r for r in rows if r.confidence >= threshold]
        print(f"{threshold:19} | {len(above) / len(rows):5.2f} | {share(above)}")
    print("\nintent | recall (strict)")
    for intent, count in Counter(r.intent for r in rows).most_common():
        hits = sum(r.guess == intent for r in rows if r.intent == intent)
        print(f"{intent:20} | {hits} of {count}")


def print_decisions(rows: list[Judged], answer: float, gap: float, offer: float) -> None:
    """Print what the assistant would do: answer at once, offer two readings, or ask openly."""
    at_once = [r for r in rows if r.confidence >= answer and r.confidence - r.ranking[1][1] >= gap]
    offered = [r for r in rows if r not in at_once and r.confidence >= offer]
    asked = len(rows) - len(at_once) - len(offered)
    print(f"\nanswer from {answer} with a lead of {gap}: right {share(at_once)}")
    print(f"offer two from {offer}: right one among them {share(offered, 'in_first_two')}")
    print(f"ask openly: {asked} of {len(rows)}")


def print_confusions(rows: list[Judged], texts: int) -> None:
    """Print the commonest confusions, and for each up to `texts` of its texts."""
    wrong = [r for r in rows if not r.right]
    print("\nconfusions (said -> taken for)")
    for (intent, guess), count in Counter((r.intent, r.guess) for r in wrong).most_common(12):
        print(f"{count:3} {intent} -> {guess}")
        for row in [r for r in wrong if (r.intent, r.guess) == (intent, guess)][:texts]:
            print(f"      {row.confidence:.2f} {row.text[:150]}")


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--answer", type=float, default=0.60, help="confidence from which to answer at once")
    parser.add_argument("--gap", type=float, default=0.15, help="lead over the second needed to answer at once")
    parser.add_argument("--offer", type=float, default=0.25, help="confidence from which to offer two readings")
    parser.add_argument("--show", type=int, default=0, help="texts to print for each confusion")
    arguments = parser.parse_args()
    lines = [json.loads(line) for line in arguments.texts.read_text(encoding="utf-8").splitlines()]
    model = str(arguments.model.resolve())
    prepare()
    rows, times = asyncio.run(judge(model, lines))
    print_report(rows, times)
    print_decisions(rows, arguments.answer, arguments.gap, arguments.offer)
    print_confusions(rows, arguments.show)


if __name__ == "__main__":
    main()
