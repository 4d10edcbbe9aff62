"""What docs/evidence.md names as proof exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NAMED = sorted(
    set(re.findall(r"`(tests/[^`]*\.(?:py(?:::\w+)?|yml))`", (ROOT / "docs/evidence.md").read_text("utf-8")))
)


@pytest.mark.parametrize("named", NAMED)
def test_the_proof_exists(named: str) -> None:
    path, _, test = named.partition("::")
    written = (ROOT / path).read_text(encoding="utf-8")
    assert not test or re.search(rf"def {test}\(", written)


def test_every_row_of_the_page_names_a_proof() -> None:
    rows = [line for line in (ROOT / "docs/evidence.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    told = [row for row in rows if not row.startswith(("| ---", "| promise", "| what comes in"))]
    assert len(told) > 30
    assert [row for row in told if "`tests/" not in row] == []
