"""The two models: the app's own understanding, and the peer's, trained from the same data. Kept by their hash."""

from __future__ import annotations

import os
import subprocess
from hashlib import sha256
from pathlib import Path

from bot.model import NLU_DATA, NLU_PYTHON, QUIET, Model, data_hash
from bot.settings import PROJECT, Settings
from tests.bench.screen import say

KEPT = PROJECT / "var" / "bench"
PEER = NLU_DATA / "bench_peer"


def app_model() -> Model:
    """The app's model when it is of today's data; else one of the benchmark's own."""
    model = Model(Settings().model_file)
    if model.is_current():
        return model
    return Model(_trained(f"nlu-{data_hash()[:16]}", NLU_DATA / "train.py"))


def peer_model() -> Path:
    """The model of Rasa's own loop."""
    recipe = PEER / "train.py"
    made_from = sha256(data_hash().encode() + recipe.read_bytes()).hexdigest()
    return _trained(f"peer-{made_from[:16]}", recipe)


def _trained(name: str, recipe: Path) -> Path:
    file = KEPT / f"{name}.tar.gz"
    if not file.exists():
        say(f"Training {name} (about a minute, kept for the next run) ...")
        KEPT.mkdir(parents=True, exist_ok=True)
        for older in KEPT.glob(f"{name.partition('-')[0]}-*.tar.gz"):
            older.unlink()
        with (KEPT / f"{name}.log").open("wb") as log:
            command = [str(NLU_PYTHON), str(recipe), "--out", str(file)]
            subprocess.run(command, env={**os.environ, **QUIET}, stdout=log, stderr=log, check=True)
    return file
