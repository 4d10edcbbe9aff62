"""Write docs/language.md from the figures: what is understood how well, by which pipeline, and what is taken for what.

Run in the Rasa environment: `python nlu_data/report.py --model PATH.tar.gz [--dev TEXTS.jsonl]`.
Texts of the dev files are not quoted: they are not ours.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from compare import measured
from judging import Verdict, judge, labelled, thresholds, two_requests, with_slips
from rasa_environment import HERE, prepare
from scoring import Judged, confusions, decisions, figures, per_intent

SPEED = HERE / "evaluation" / "speed.json"
OUT = HERE.parent / "docs" / "language.md"
OPENING = """# How well Pandu understands

Written by `make eval`; do not edit. Own texts: `nlu_data/evaluation/texts.jsonl`, written for this project before any
model was measured on them and never trained on. Real texts: the 281 of `dev_utterances.jsonl`, never trained on.
Pipeline and noise were chosen by the figures of both sets and some of their confusions were read before examples were
added, so unseen texts will do somewhat worse. Confidences are calibrated by cross-validation on the training examples,
and carried over to messages by two numbers of `config.yml` (`easier`, `unguessable`) chosen on both sets.
Accuracy counts either label where a text is ambiguous; F1, precision and recall count the first label alone.
"Slips" are the same texts with slips of the thumb in 15 % of the words (seed 7).
"""


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table."""
    lines = [list(head), *rows]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def number(value: float) -> str:
    """A share with three digits."""
    return f"{value:.3f}"


def figures_section(sets: dict[str, Verdict]) -> str:
    """The main figures of each set."""
    found = {name: figures(verdict.rows) for name, verdict in sets.items()}
    names = {
        "accuracy": "accuracy",
        "first_two": "right one in the first two",
        "macro_f1": "macro F1",
        "calibration_error": "calibration error (ECE)",
        "outside_found": "out of scope found",
        "inside_lost": "in scope taken for it",
    }
    heads = ["figure", *(f"{name} ({found[name]['texts']})" for name in sets)]
    return table(heads, ([title, *(number(row[key]) for row in found.values())] for key, title in names.items()))


def decisions_section(sets: dict[str, Verdict]) -> str:
    """What the dialogs do with the thresholds they declare."""
    at = thresholds()
    rows = []
    for name, verdict in sets.items():
        done = decisions(verdict.rows, at)
        cells = ("answered", "answered_right", "offered", "offered_right", "asked")
        rows.append([name, *(f"{done[cell]:.2f}" for cell in cells)])
    head = ["texts", f"answered from {at.answer}, leading by {at.gap}", "right", f"two offered from {at.offer}"]
    return table([*head, "one of them right", "asked openly"], rows)


def second_section(sets: dict[str, Verdict], double: list[dict[str, Any]], judged: Verdict) -> str:
    """How often the other request of a message is named, and how often one is named where there is none."""
    at = thresholds().second
    wanted = [{line["intent"], line["alt"]} for line in double]
    named = [
        {row.guess, second[0]} if second and second[1] >= at else set()
        for row, second in zip(judged.rows, judged.seconds, strict=True)
    ]
    right = sum(found == both for found, both in zip(named, wanted, strict=True))
    wrong = sum(bool(found) for found in named) - right
    rows = [["two requests", len(wanted), right, wrong]]
    for name, verdict in sets.items():
        rows.append([name, len(verdict.rows), "–", sum(bool(s and s[1] >= at) for s in verdict.seconds)])
    return table(["texts", "of them", f"both found, from {at}", "another named wrongly or needlessly"], rows)


def speed_section() -> str:
    """What one server on one core does over HTTP, where it was measured."""
    if not SPEED.exists():
        return "Not measured yet: `make eval`."
    found = json.loads(SPEED.read_text(encoding="utf-8"))
    return (
        f"One Rasa process on one core: {found['one_by_one']['a_second']} texts a second one after another"
        f" (p50 {found['one_by_one']['p50']} ms), {found['at_once']['a_second']} a second with 16 at once"
        f" (p50 {found['at_once']['p50']} ms); {found['texts']} texts each,"
        f" load of the machine before it {found['load']}."
    )


def candidates_section() -> str:
    """The table the pipeline was chosen by."""
    rows = []
    for found in measured().values():
        cells = [found["title"], number(found["own"]["accuracy"]), number(found["own"]["macro_f1"])]
        cells += [number(found["own"]["accuracy"] - found["own_noisy"]["accuracy"])]
        cells += [number(found["dev"][name]) if found["dev"] else "–" for name in ("accuracy", "macro_f1")]
        lost = found["dev"]["accuracy"] - found["dev_noisy"]["accuracy"] if found["dev"] else None
        cells += ["–" if lost is None else number(lost)]
        cells += [found["parse_milliseconds"], found["megabytes"], found["training_seconds"]]
        rows.append(cells)
    head = ["pipeline", "own accuracy", "own F1", "lost by slips", "real accuracy", "real F1", "lost by slips"]
    return table([*head, "parse p50, ms", "memory, MB", "training, s"], rows)


def intents_section(rows: list[Judged]) -> str:
    """Precision and recall of each intent."""
    found = per_intent(rows)
    cells = ([r["intent"], r["texts"], f"{r['precision']:.2f}", f"{r['recall']:.2f}"] for r in found)
    return table(["intent", "texts", "precision", "recall"], cells)


def confusions_section(rows: list[Judged], *, quote: bool) -> str:
    """The worst confusions, with a text where the texts are ours."""
    found = ([len(texts), said, guess, texts[0][:110] if quote else "–"] for said, guess, texts in confusions(rows))
    return table(["texts", "said", "taken for", "one of them"], found)


def cross_validation_section(folder: Path) -> str:
    """What Rasa's own cross-validation on the training examples says, where it was run."""
    report = folder / "intent_report.json"
    if not report.exists():
        return "Not run yet: `make eval`."
    found = json.loads(report.read_text(encoding="utf-8"))
    average = found["macro avg"]
    return (
        f"On the training examples, folds of Rasa: accuracy {number(found['accuracy'])},"
        f" macro F1 {number(average['f1-score'])}, {average['support']} judged."
    )


def examples() -> int:
    """How many examples the model learns from, noise aside."""
    files = (HERE / "data" / "nlu").glob("*.yml")
    return sum(len(re.findall(r"^\s+- (?!intent:)", file.read_text(encoding="utf-8"), re.MULTILINE)) for file in files)


def main() -> None:
    """Judge the model and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--cross-validation", type=Path, default=HERE.parent / "build" / "cross-validation")
    arguments = parser.parse_args()
    dev = labelled(arguments.dev) if arguments.dev and arguments.dev.exists() else []
    model, folds = arguments.model.resolve(), arguments.cross_validation.resolve()
    prepare()
    own = labelled(HERE / "evaluation" / "texts.jsonl")
    double = two_requests()
    asked = [own, with_slips(own), *((dev, with_slips(dev)) if dev else ())]
    *verdicts, both = asyncio.run(judge(model, *asked, double))
    sets = dict(zip(("own", "own with slips", "real", "real with slips"), verdicts, strict=False))
    parts = [OPENING]
    parts += [f"## Figures\n\nTrained on {examples()} examples.\n\n{figures_section(sets)}"]
    parts += [f"Parse in process, one core: p50 {statistics.median(verdicts[0].milliseconds):.1f} ms."]
    parts += [f"## Decisions\n\nThe thresholds are those of `dialogs/thresholds.yml`.\n\n{decisions_section(sets)}"]
    parts += [f"## Two requests in one message\n\n{second_section(sets, double, both)}"]
    parts += [f"## Over HTTP\n\n{speed_section()}"]
    parts += [f"## Pipelines\n\nEach candidate without one part, and others; fixed seeds.\n\n{candidates_section()}"]
    parts += [f"## Cross-validation\n\n{cross_validation_section(folds)}"]
    parts += [f"## Worst confusions, own texts\n\n{confusions_section(verdicts[0].rows, quote=True)}"]
    if dev:
        parts += [f"## Worst confusions, real texts\n\n{confusions_section(verdicts[2].rows, quote=False)}"]
    parts += [f"## Intents, own texts\n\n{intents_section(verdicts[0].rows)}"]
    if dev:
        parts += [f"## Intents, real texts\n\n{intents_section(verdicts[2].rows)}"]
    OUT.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
