"""Hash of everything a model is made from: when it changes, the model is trained anew. Standard library only."""

from __future__ import annotations

import hashlib
from pathlib import Path

FILES = ("config.yml", "domain.yml", "requirements.lock")
FOLDERS = {"data": ("*.yml",), "components": ("*.py", "*.yml")}


def data_hash(root: Path) -> str:
    """Return the sha256 (hex) over names and contents of what `root`, the folder `nlu_data`, trains from."""
    paths = [root / name for name in FILES]
    for folder, patterns in FOLDERS.items():
        paths += [path for pattern in patterns for path in (root / folder).rglob(pattern)]
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda p: p.relative_to(root).as_posix()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    print(data_hash(Path(__file__).resolve().parent))
