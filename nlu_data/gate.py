"""The gate: judges a model on the texts nobody trains on, and refuses one that is worse than the committed figures.

`python nlu_data/gate.py --model PATH.tar.gz` ends with 1 and a sentence when it refuses; `--write` commits new figures,
`--against OTHER.tar.gz` asks besides that it is not worse than another model: that it does not lose more of the texts
than it gains, by more than chance explains. One text or two decide nothing, or nothing could ever be learnt.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from judging import judge, labelled
from rasa_environment import HERE, prepare
from scoring import Judged, chance_of, figures, losses

TEXTS = HERE / "evaluation" / "texts.jsonl"
FIGURES = HERE / "evaluation" / "figures.json"
#: How far macro F1 may fall.
TOLERANCE = 0.01
#: A loss that chance brings less often than this is one.
SIGNIFICANT = 0.05


def main() -> None:
    """Measure, compare, say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--against", type=Path, help="the model it would replace")
    parser.add_argument("--write", action="store_true", help="take these figures as the new measure")
    arguments = parser.parse_args()
    model, other = arguments.model.resolve(), arguments.against.resolve() if arguments.against else None
    prepare()
    rows = judged(model)
    found = figures(rows)
    print(json.dumps(found))
    if arguments.write:
        FIGURES.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        return
    refuse_below(
        found, json.loads(FIGURES.read_text(encoding="utf-8"))["macro_f1"] - TOLERANCE, "by the committed figure"
    )
    if other:
        refuse_losing(rows, judged(other))


def judged(model: Path) -> list[Judged]:
    """The texts nobody trains on, as a model reads them."""
    (verdict,) = asyncio.run(judge(model, labelled(TEXTS)))
    return verdict.rows


def refuse_below(found: dict[str, float], needed: float, whose: str) -> None:
    """End with a sentence when macro F1 is below what is needed."""
    if found["macro_f1"] < needed:
        raise SystemExit(
            f"refused: macro F1 {found['macro_f1']:.4f} on {found['texts']} texts, needed {needed:.4f} {whose}"
        )


def refuse_losing(rows: list[Judged], other: list[Judged]) -> None:
    """End with a sentence when significantly more texts are lost than gained against the other model."""
    lost, gained = losses(rows, other), losses(other, rows)
    if chance_of(lost, lost + gained) < SIGNIFICANT:
        raise SystemExit(
            f"refused: of {len(rows)} texts {lost} are lost that the model in use understands, {gained} are gained"
        )
    print(f"against the model in use: {gained} texts gained, {lost} lost")


if __name__ == "__main__":
    main()
