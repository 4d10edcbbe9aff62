"""`pandu demo`: believable people."""

from bot.settings import Settings


def demo(settings: Settings) -> None:
    """Fill."""
