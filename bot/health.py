"""What `/health` says: the database is reached, and texts are understood or answered by menu."""

from __future__ import annotations

from sqlalchemy import text

from bot.bootstrap import make_nlu
from bot.nlu import NluUnavailable
from bot.services import Needs, NeedsTexts
from bot.settings import Settings


async def health(services: Needs, texts: NeedsTexts) -> dict[str, str]:
    """Fails when the database is not reached.

    "understanding" is "ok", or "menu" when Rasa does not answer rightly; texts of the desk that cannot be used are
    named under "texts", while the last good ones serve.
    """
    async with services.database.sessions() as session:
        await session.execute(text("SELECT 1"))
    found = {"status": "ok", "understanding": await understanding(services.settings)}
    return found | {"texts": ", ".join(sorted(texts.problems))} if texts.problems else found


async def understanding(settings: Settings) -> str:
    """ "ok" when Rasa reads a text in time; "menu" when it does not, whatever it answers instead."""
    nlu = make_nlu(settings)
    if nlu is None:
        return "menu"
    try:
        await nlu.understand("halo")
    except NluUnavailable:
        return "menu"
    finally:
        await nlu.close()
    return "ok"
