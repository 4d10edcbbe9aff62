"""The dialog engine: one message in, one reply and the new state out."""

from __future__ import annotations

from dialogs.routing import Catalogue
from dialogs.turns import Outcome, Turn


async def respond(turn: Turn, catalogue: Catalogue) -> Outcome:
    """Answer one message of a participant."""
    raise NotImplementedError
