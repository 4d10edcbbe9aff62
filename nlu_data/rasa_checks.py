"""Rasa's own checks: `rasa data validate`, and its cross-validation on the training examples.

Run in the Rasa environment: `python nlu_data/rasa_checks.py --out FOLDER`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from rasa_environment import HERE, SETTINGS

FILES = ("--domain", "domain.yml")


def rasa(*arguments: str) -> None:
    """Run one command of Rasa in this folder; its report is shown only when it fails."""
    environment = {**os.environ, **SETTINGS, "PYTHONPATH": str(HERE), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "rasa", *arguments]
    done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"rasa {' '.join(arguments[:2])} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")


def main() -> None:
    """Validate, then cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--folds", default="3")
    arguments = parser.parse_args()
    rasa("data", "validate", *FILES, "--data", "data", "--config", "config.yml", "--max-history", "1")
    print("rasa data validate: nothing to mend")
    out = str(arguments.out.resolve())
    rasa(*("test", "nlu", "--cross-validation", "--folds", arguments.folds, "--no-plot", "--no-errors"),
         *(*FILES, "--nlu", "data", "--config", "config.yml", "--out", out))  # fmt: skip
    print(f"Rasa's cross-validation, {arguments.folds} folds: {out}")


if __name__ == "__main__":
    main()
