"""The pace at which one channel account is sent to: replies first, nudges in what is left over."""

from __future__ import annotations

import asyncio

from aiolimiter import AsyncLimiter

#: Share of the rate that nudges never use, so that a reply finds room at once.
KEPT_FOR_REPLIES = 0.2


class Pace:
    """Messages a second over all chats of one account, counted in this process, which alone sends for the account."""

    def __init__(self, rate: float) -> None:
        self._all = AsyncLimiter(1, 1 / rate)
        self._nudges = AsyncLimiter(1, 1 / (rate * (1 - KEPT_FOR_REPLIES)))
        self._resting_until = 0.0

    async def reply(self) -> None:
        """Wait for the turn of a reply."""
        await self._awake()
        await self._all.acquire()

    async def nudge(self) -> None:
        """Wait for the turn of a nudge."""
        await self._nudges.acquire()
        await self.reply()

    def rest(self, seconds: float) -> None:
        """The channel asked for a pause."""
        self._resting_until = max(self._resting_until, asyncio.get_running_loop().time() + seconds)

    async def _awake(self) -> None:
        await asyncio.sleep(self._resting_until - asyncio.get_running_loop().time())
