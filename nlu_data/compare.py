"""Train and measure every candidate pipeline, each in a process of its own, into evaluation/candidates.json.

`python nlu_data/compare.py` measures what is not measured yet; `--again` all; `--only NAME` one. DIET takes minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from judging import judge, labelled, with_slips
from rasa_environment import HERE, prepare
from scoring import figures
from train import train

RESULTS = HERE / "evaluation" / "candidates.json"
OURS = HERE / "config.yml"


def candidates() -> dict[str, Path]:
    """The chosen pipeline and the others, by name."""
    return {"01_chosen": OURS} | {path.stem: path for path in sorted((HERE / "candidates").glob("*.yml"))}


def measured() -> dict[str, Any]:
    """What was measured so far, by name."""
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}


def measure(name: str, dev: Path | None) -> dict[str, Any]:
    """Train and judge one candidate in this process."""
    prepare()
    config = candidates()[name]
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.tar.gz"
        started = time.perf_counter()
        train(model, config)
        seconds = time.perf_counter() - started
        own = labelled(HERE / "evaluation" / "texts.jsonl")
        real = labelled(dev) if dev else []
        verdicts = asyncio.run(judge(model, own, with_slips(own), real, with_slips(real)))
    title = config.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
    return {
        "title": "Chosen: ours" if config == OURS else title,
        "training_seconds": round(seconds),
        "parse_milliseconds": round(statistics.median(verdicts[0].milliseconds), 2),
        "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "own": figures(verdicts[0].rows),
        "own_noisy": figures(verdicts[1].rows),
        "dev": figures(verdicts[2].rows) if dev else None,
        "dev_noisy": figures(verdicts[3].rows) if dev else None,
    }


def main() -> None:
    """Measure what was asked for, each candidate in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", type=Path, help="labelled real texts, where they are at hand")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--only")
    parser.add_argument("--in-this-process", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    dev = arguments.dev.resolve() if arguments.dev and arguments.dev.exists() else None
    if arguments.in_this_process:
        print(json.dumps(measure(arguments.only, dev)))
        return
    names = [arguments.only] if arguments.only else list(candidates())
    for name in names:
        if arguments.again or arguments.only or name not in measured():
            found = _in_a_process(name, dev)
            RESULTS.write_text(
                json.dumps(measured() | {name: found}, indent=1, sort_keys=True) + "\n", encoding="utf-8"
            )
            print(
                f"{name}: macro F1 {found['own']['macro_f1']:.3f}, trained in {found['training_seconds']} s", flush=True
            )


def _in_a_process(name: str, dev: Path | None) -> dict[str, Any]:
    command = [sys.executable, str(HERE / "compare.py"), "--in-this-process", "--only", name]
    command += ["--dev", str(dev)] if dev else []
    uncached = {**os.environ, "RASA_MAX_CACHE_SIZE": "0"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=uncached)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
