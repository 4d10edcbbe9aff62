"""Train the peer of the benchmark: Rasa's own dialogue loop over the same understanding.

The pipeline, the intents and the examples are ours, unchanged; for each intent one rule answers with one
template (except `back`, for which Rasa insists on an action of its own). Run in the Rasa environment:
`python nlu_data/bench_peer/train.py --out PATH.tar.gz`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from rasa_environment import prepare  # noqa: E402 (found by the line above)


def read(name: str) -> dict[str, Any]:
    """Read one of our own files."""
    content: dict[str, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return content


def assistant() -> dict[str, dict[str, Any]]:
    """Return the peer's files by name: our config and domain, with rules and responses added."""
    domain = read("domain.yml")
    intents = [i for i in domain["intents"] if i != "back"]
    domain["responses"] = {f"utter_{i}": [{"text": f"Jawaban untuk {i}."}] for i in intents}
    rules = [{"rule": f"answer {i}", "steps": [{"intent": i}, {"action": f"utter_{i}"}]} for i in intents]
    return {
        "config.yml": read("config.yml") | {"policies": [{"name": "RulePolicy"}]},
        "domain.yml": domain,
        "rules.yml": {"version": "3.1", "rules": rules},
    }


def main() -> None:
    """Write the peer's files to a temporary folder, train, and put the model in place in one step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the model file, *.tar.gz")
    out = parser.parse_args().out.resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    prepare()
    from rasa.model_training import train

    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".training-") as name:
        folder = Path(name)
        for file, content in assistant().items():
            (folder / file).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        made = train(
            domain=str(folder / "domain.yml"),
            config=str(folder / "config.yml"),
            training_files=[str(ROOT / "data"), str(folder / "rules.yml")],
            output=name,
            fixed_model_name="peer",
        )
        if made.model is None:
            raise SystemExit("Rasa made no model; see the messages above.")
        Path(made.model).replace(out)
    print(f"{out.name} is ready")


if __name__ == "__main__":
    main()
