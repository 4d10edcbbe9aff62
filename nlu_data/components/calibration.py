"""How sure a margin is: a temperature that grows with the length of the message, fitted to examples not trained on.

A long message spreads its weight over many n-grams, so its margins are small although it is understood as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

_TINY = 1e-12


@dataclass(frozen=True)
class Calibration:
    """The temperature of a message of n words is exp(`base` + `by_length` * log(n + 1)).

    `unguessable` is the share of messages in which any class is as likely as another.
    """

    base: float = 0.0
    by_length: float = 0.0
    unguessable: float = 0.0

    def confidences(self, margins: np.ndarray, words: Sequence[int]) -> np.ndarray:
        """Probabilities of the classes, a row for each row of margins; each row sums to 1."""
        temperatures = np.exp(self.base + self.by_length * np.log(np.asarray(words) + 1.0))
        logits = margins / temperatures[:, None]
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        guessed = odds / odds.sum(axis=1, keepdims=True)
        return np.asarray((1 - self.unguessable) * guessed + self.unguessable / margins.shape[1])

    def for_use(self, easier: float, unguessable: float) -> Calibration:
        """The same for what people write, which is `easier` (temperature times) than the examples held out."""
        return Calibration(self.base + float(np.log(easier)), self.by_length, unguessable)


def fitted(margins: np.ndarray, right: np.ndarray, words: Sequence[int]) -> Calibration:
    """The calibration under which the right classes (column numbers) are likeliest; the same input, the same result."""
    rows = np.arange(len(right))

    def surprise(parameters: Any) -> float:
        found = Calibration(*parameters).confidences(margins, words)
        return float(-np.log(found[rows, right] + _TINY).mean())

    best = minimize(surprise, [-1.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-6})
    return Calibration(*(float(value) for value in best.x))
