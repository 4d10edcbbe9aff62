"""The gate: judges a model on the texts nobody trains on, and refuses one that is worse than the committed figures.

`python nlu_data/gate.py --model PATH.tar.gz` ends with 1 and a sentence when it refuses; `--write` commits new figures.
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
    parser.add_argument("--write", action="store_true", help="take these figures as the new measure")
    arguments = parser.parse_args()
    model = arguments.model.resolve()
    prepare()
    (verdict,) = asyncio.run(judge(model, labelled(TEXTS)))
    found = {name: round(value, 4) for name, value in figures(verdict.rows).items()}
    print(json.dumps(found))
    if arguments.write:
        FIGURES.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        return
    needed = json.loads(FIGURES.read_text(encoding="utf-8"))["macro_f1"] - TOLERANCE
    if found["macro_f1"] < needed:
        raise SystemExit(f"refused: macro F1 is {found['macro_f1']:.3f}, needed {needed:.3f} on {found['texts']} texts")


if __name__ == "__main__":
    main()
