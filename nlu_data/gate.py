"""The gate: judges a model on the texts nobody trains on, and refuses one that is worse than the committed figures.

`python nlu_data/gate.py --model PATH.tar.gz` ends with 1 and a sentence when it refuses; `--write` commits new figures,
`--against OTHER.tar.gz` asks besides that it is not worse than another model.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from judging import judge, labelled
from rasa_environment import HERE, prepare
from scoring import figures

TEXTS = HERE / "evaluation" / "texts.jsonl"
FIGURES = HERE / "evaluation" / "figures.json"
#: How far macro F1 may fall.
TOLERANCE = 0.01


def main() -> None:
    """Measure, compare, say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--against", type=Path, help="the model it would replace")
    parser.add_argument("--write", action="store_true", help="take these figures as the new measure")
    arguments = parser.parse_args()
    model, other = arguments.model.resolve(), arguments.against.resolve() if arguments.against else None
    prepare()
    found = measured(model)
    print(json.dumps(found))
    if arguments.write:
        FIGURES.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        return
    refuse_below(
        found, json.loads(FIGURES.read_text(encoding="utf-8"))["macro_f1"] - TOLERANCE, "by the committed figure"
    )
    if other:
        refuse_below(found, measured(other)["macro_f1"], "by the model in use")


def measured(model: Path) -> dict[str, float]:
    """The figures of a model on the texts nobody trains on."""
    (verdict,) = asyncio.run(judge(model, labelled(TEXTS)))
    return {name: round(value, 4) for name, value in figures(verdict.rows).items()}


def refuse_below(found: dict[str, float], needed: float, whose: str) -> None:
    """End with a sentence when macro F1 is below what is needed."""
    if found["macro_f1"] < needed:
        raise SystemExit(
            f"refused: macro F1 {found['macro_f1']:.4f} on {found['texts']} texts, needed {needed:.4f} {whose}"
        )


if __name__ == "__main__":
    main()
