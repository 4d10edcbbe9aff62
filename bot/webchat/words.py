"""What the web chat itself says, from `words.yml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent

WORDS: dict[str, Any] = yaml.safe_load((HERE / "words.yml").read_text(encoding="utf-8"))

#: What the browser's script says by itself.
SCRIPT_WORDS = {
    name: WORDS[name]
    for name in (
        "authors",
        "empty_message",
        "errors",
        "file",
        "holders",
        "newest",
        "not_sent",
        "offline",
        "refused_file",
        "remove",
        "sending",
        "uploading",
    )
}
