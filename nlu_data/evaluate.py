"""Measure a model on labelled texts and print what it gets wrong.

Run in the Rasa environment: `python nlu_data/evaluate.py TEXTS.jsonl --model PATH.tar.gz`.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
from pathlib import Path

from judging import judge, labelled, thresholds, with_slips
from rasa_environment import prepare
from scoring import Judged, confusions, decisions, figures, per_intent

STEPS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def print_figures(name: str, rows: list[Judged]) -> None:
    """Print the main figures of a set on one line each."""
    found = figures(rows)
    print(f"\n{name}, {found['texts']} texts")
    print(f"  accuracy, either label {found['accuracy']:.3f}; among the first two {found['first_two']:.3f}")
    print(f"  macro F1, strict {found['macro_f1']:.3f}; calibration error {found['calibration_error']:.3f}")
    print(
        f"  out of scope found {found['outside_found']:.2f} of {found['outside_texts']};"
        f" in scope taken for it {found['inside_lost']:.3f}"
    )


def print_intents(rows: list[Judged]) -> None:
    """Print precision and recall of each intent."""
    print(f"\n{'intent':20} texts precision recall (strict)")
    for row in per_intent(rows):
        print(f"{row['intent']:20} {row['texts']:5} {row['precision']:9.2f} {row['recall']:6.2f}")


def print_decisions(rows: list[Judged]) -> None:
    """Print what the assistant would do with the thresholds of the dialogs, and at other steps."""
    at = thresholds()
    done = decisions(rows, at)
    print(f"\nanswer from {at.answer}, leading by {at.gap}: {done['answered']:.2f}, right {done['answered_right']:.2f}")
    print(f"offer two from {at.offer}: {done['offered']:.2f}, one of the two right {done['offered_right']:.2f}")
    print(f"ask openly: {done['asked']:.2f}")
    for step in STEPS:
        above = [r for r in rows if r.confidence >= step]
        right = sum(r.right for r in above) / len(above) if above else 0.0
        print(f"  confidence from {step}: {len(above) / len(rows):.2f} of the texts, right {right:.2f}")


def print_confusions(rows: list[Judged], texts: int) -> None:
    """Print the commonest confusions, and for each up to `texts` of its texts."""
    print("\nconfusions (said -> taken for)")
    for said, guess, found in confusions(rows):
        print(f"{len(found):3} {said} -> {guess}")
        for text in found[:texts]:
            print(f"      {text[:150]}")


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--show", type=int, default=3, help="texts to print for each confusion")
    arguments = parser.parse_args()
    lines = labelled(arguments.texts)
    model = arguments.model.resolve()
    prepare()
    clean, noisy = asyncio.run(judge(model, lines, with_slips(lines)))
    print_figures(arguments.texts.name, clean.rows)
    print_figures("the same with slips of the thumb", noisy.rows)
    print(f"  parse in process: p50 {statistics.median(clean.milliseconds):.1f} ms")
    print_intents(clean.rows)
    print_decisions(clean.rows)
    print_confusions(clean.rows, arguments.show)


if __name__ == "__main__":
    main()
