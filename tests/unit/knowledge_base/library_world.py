"""The articles of the repository, loaded once, and folders with an article of a test's own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from knowledge_base.library import Library

FRONT = """\
title: Tentang santunan
scheme: BPJSTK
questions: [satu a, dua b, tiga c, empat d, lima e, enam f]
sources: [PP 44/2015]
valid_from: 2020-01-01
reviewed_on: 2026-11-20
"""


@cache
def our_library() -> Library:
    """All articles of the repository."""
    return Library.load()


def write_article(folder: Path, body: str = "Isinya.", *, front: str = FRONT) -> Path:
    """Put an article called `contoh` into the folder and give the folder back."""
    (folder / "contoh.md").write_text(f"---\n{front}---\n{body}\n", encoding="utf-8")
    return folder
