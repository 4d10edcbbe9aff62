"""What the benchmark says while it runs."""

from __future__ import annotations

import time

from rich.console import Console

console = Console(highlight=False, soft_wrap=True)
_began = time.monotonic()


def say(text: str) -> None:
    """One line of progress, with the seconds since the start."""
    console.print(f"[dim]{time.monotonic() - _began:5.0f} s[/dim]  {text}")
