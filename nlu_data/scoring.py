"""Figures over judged texts. Standard library only."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from dataclasses import dataclass
from typing import Any

OUTSIDE = "out_of_scope"


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
    def lead(self) -> float:
        """How far the first stands above the second."""
        return self.confidence - (self.ranking[1][1] if len(self.ranking) > 1 else 0.0)

    @property
    def right(self) -> bool:
        return self.guess in self.accepted

    @property
    def in_first_two(self) -> bool:
        return any(name in self.accepted for name, _ in self.ranking[:2])


@dataclass(frozen=True)
class Thresholds:
    """From which confidence, and with which lead, the assistant answers; from which it offers two."""

    answer: float
    gap: float
    offer: float
    second: float


def share(rows: list[Judged], attribute: str = "right") -> float:
    """Which part of the rows has the attribute; 0 of nothing."""
    return sum(getattr(row, attribute) for row in rows) / len(rows) if rows else 0.0


def macro_f1(rows: list[Judged]) -> float:
    """F1 averaged over the intents that occur among the labels; the first label alone counts."""
    return statistics.mean(row["f1"] for row in per_intent(rows) if row["texts"])


def per_intent(rows: list[Judged]) -> list[dict[str, Any]]:
    """Precision, recall and F1 of each intent that was said or guessed, commonest first; the first label counts."""
    said, guessed = Counter(r.intent for r in rows), Counter(r.guess for r in rows)
    hits = Counter(r.intent for r in rows if r.intent == r.guess)
    return [
        {
            "intent": intent,
            "texts": said[intent],
            "precision": hits[intent] / guessed[intent] if guessed[intent] else 0.0,
            "recall": hits[intent] / said[intent] if said[intent] else 0.0,
            "f1": 2 * hits[intent] / (said[intent] + guessed[intent]),
        }
        for intent, _ in (said + guessed).most_common()
    ]


def losses(rows: list[Judged], other: list[Judged]) -> int:
    """How many of the same texts the other reading has right and this one wrong."""
    return sum(theirs.right and not ours.right for ours, theirs in zip(rows, other, strict=True))


def chance_of(lost: int, changed: int) -> float:
    """How likely chance alone loses so many of the texts that changed, or more (a sign test, one-sided)."""
    return sum(math.comb(changed, number) for number in range(lost, changed + 1)) / 2**changed


def calibration_error(rows: list[Judged]) -> float:
    """Expected calibration error in ten equal bins of confidence."""
    error = 0.0
    for tenth in range(10):
        part = [r for r in rows if tenth / 10 < r.confidence <= (tenth + 1) / 10]
        error += abs(sum(r.right for r in part) - sum(r.confidence for r in part))
    return error / len(rows)


def confusions(rows: list[Judged], most: int = 12) -> list[tuple[str, str, list[str]]]:
    """The commonest confusions: said, taken for, the texts."""
    wrong = [r for r in rows if not r.right]
    pairs = Counter((r.intent, r.guess) for r in wrong).most_common(most)
    return [
        (said, guess, [r.text for r in wrong if (r.intent, r.guess) == (said, guess)]) for (said, guess), _ in pairs
    ]


def decisions(rows: list[Judged], at: Thresholds) -> dict[str, float]:
    """What the assistant would do: parts answered at once, offered two, asked openly, and how often right."""
    answered = [r for r in rows if r.confidence >= at.answer and r.lead >= at.gap]
    offered = [r for r in rows if r not in answered and r.confidence >= at.offer]
    return {
        "answered": len(answered) / len(rows),
        "answered_right": share(answered),
        "offered": len(offered) / len(rows),
        "offered_right": share(offered, "in_first_two"),
        "asked": 1 - (len(answered) + len(offered)) / len(rows),
    }


def figures(rows: list[Judged]) -> dict[str, float]:
    """The figures that are compared between models, to four places."""
    outside = [r for r in rows if r.intent == OUTSIDE]
    inside = [r for r in rows if OUTSIDE not in r.accepted]
    found = {
        "texts": len(rows),
        "accuracy": share(rows),
        "first_two": share(rows, "in_first_two"),
        "macro_f1": macro_f1(rows),
        "calibration_error": calibration_error(rows),
        "outside_found": share(outside),
        "outside_texts": len(outside),
        "inside_lost": sum(r.guess == OUTSIDE for r in inside) / len(inside) if inside else 0.0,
    }
    return {name: round(value, 4) for name, value in found.items()}
