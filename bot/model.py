"""The language model's file: whether it is the one of today's data, and the commands of the Rasa environment."""

from __future__ import annotations

import importlib.util
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from bot.settings import PROJECT

NLU_DATA = PROJECT / "nlu_data"
NLU_PYTHON = PROJECT / ".venv-nlu" / "bin" / "python"
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONPATH": str(NLU_DATA),
    "PYTHONWARNINGS": "ignore",
}


@dataclass(frozen=True)
class Model:
    """A model file and, beside it, the hash of the data it was trained from."""

    file: Path

    @property
    def hash_file(self) -> Path:
        """Where the hash is kept."""
        return self.file.with_name("nlu.sha256")

    @property
    def refused_file(self) -> Path:
        """Where the hash of data is kept whose model was worse."""
        return self.file.with_name("refused.sha256")

    def is_current(self) -> bool:
        """Whether the file is whole and was trained from today's data, or is better than what they would make."""
        known = {path.read_text() for path in (self.hash_file, self.refused_file) if path.exists()}
        return data_hash() in known and self.is_whole()

    def is_whole(self) -> bool:
        """Whether the file is there and can be read to its end."""
        try:
            with tarfile.open(self.file) as archive:
                return bool(archive.getmembers())
        except (OSError, tarfile.TarError, EOFError, zlib.error):
            return False

    def remember_hash(self) -> None:
        """Note that the file is the one to serve while the data are today's."""
        self.hash_file.write_text(data_hash())
        self.refused_file.unlink(missing_ok=True)

    def remember_refusal(self) -> None:
        """Note that today's data made a worse model, so that nobody trains on them until they change."""
        self.refused_file.write_text(data_hash())

    @property
    def candidate(self) -> Model:
        """A model that is trained beside this one, to be compared before it takes its place."""
        return Model(self.file.with_name("candidate.tar.gz"))

    @property
    def previous(self) -> Model:
        """The model that was in use before, for rolling back."""
        return Model(self.file.with_name("previous.tar.gz"))

    def gate_command(self, against: Model) -> list[str]:
        """Judges this model on texts nobody trains on: by the committed figures and against another model."""
        judged = ["--model", str(self.file)]
        judged += ["--against", str(against.file)] if against.is_whole() else []
        return [str(NLU_PYTHON), str(NLU_DATA / "gate.py"), *judged]

    def training_command(self) -> list[str]:
        """Trains the model in the Rasa environment."""
        return [str(NLU_PYTHON), str(NLU_DATA / "train.py"), "--out", str(self.file)]

    def serving_command(self, port: int, token: str, credentials: Path) -> list[str]:
        """Serves the model: loopback only, with a token, with no channels."""
        return [
            *(str(NLU_PYTHON), "-m", "rasa", "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port)),
            # In one word: a token may begin with a dash.
            *(f"--auth-token={token}", "--credentials", str(credentials), "-m", str(self.file)),
            *("--endpoints", str(credentials), "--log-file", "/dev/null"),
        ]


def data_hash() -> str:
    """Hash of everything the model is trained from."""
    spec = importlib.util.spec_from_file_location("data_hash", NLU_DATA / "data_hash.py")
    assert spec is not None
    assert spec.loader is not None
    recipe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(recipe)
    return str(recipe.data_hash(NLU_DATA))
