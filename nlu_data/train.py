"""Train the model into a file; the file appears whole or not at all.

Run in the Rasa environment: `python nlu_data/train.py --out PATH.tar.gz`.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from rasa_environment import HERE, prepare


def say(text: str) -> None:
    """Print progress at once, also into a pipe."""
    print(f"[train] {text}", flush=True)


def train(out: Path, config: Path = HERE / "config.yml") -> None:
    """Train on `data/` by a pipeline and put the model at `out` in one step."""
    from rasa.model_training import train_nlu

    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".training-") as folder:
        made = train_nlu(
            config=str(config),
            nlu_data=str(HERE / "data"),
            output=folder,
            fixed_model_name="model",
            domain=str(HERE / "domain.yml"),
        )
        if made is None:
            raise SystemExit("[train] Rasa made no model; see the messages above.")
        Path(made).replace(out)


def main() -> None:
    """Read the arguments, train, and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the model file, *.tar.gz")
    out = parser.parse_args().out.resolve()
    started = time.monotonic()
    say("loading Rasa")
    prepare()
    train(out)
    say(f"{out.name} is ready after {time.monotonic() - started:.0f} s, {out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
