"""What the containers wait for: the database is migrated, the key made once, and a wrong key refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from storage.vault import KEY_BYTES


def prepare(project: Path, url: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "docker/prepare.py"],
        cwd=project,
        env={**os.environ, "DATABASE_URL": url, "PANDU_HOME": str(home), "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_may_run_again_and_refuses_a_wrong_key(project: Path, database_url: str, tmp_path: Path) -> None:
    assert prepare(project, database_url, tmp_path).returncode == 0
    key = tmp_path / "keys" / "pandu.key"
    made = key.read_bytes()
    assert prepare(project, database_url, tmp_path).returncode == 0
    assert key.read_bytes() == made
    key.write_bytes(bytes(KEY_BYTES))
    refused = prepare(project, database_url, tmp_path)
    assert refused.returncode == 1
    assert "not the key of this database" in refused.stderr
