"""The pace at which one channel account is sent to: replies first, nudges in what they leave."""

from __future__ import annotations

import asyncio

from aiolimiter import AsyncLimiter

#: How far a message may be ahead of an even pace, in messages: what a late wake-up lost is made good with it.
AHEAD = 0.4
REPLY = 1.0
#: The limiter lets the smallest request in first, so a hair more puts a nudge behind every reply that waits.
NUDGE = 1.000_001


class Pace:
    """Messages a second over all chats of one account, counted in this process, which alone sends for the account."""

    def __init__(self, rate: float) -> None:
        self._limiter = AsyncLimiter(NUDGE + AHEAD, (NUDGE + AHEAD) / rate)
        self._resting_until = 0.0

    async def reply(self) -> None:
        """Wait for the turn of a reply: at most for the one message that is already going out, and other replies."""
        await self._awake()
        await self._limiter.acquire(REPLY)

    async def nudge(self) -> None:
        """Wait for the turn of a nudge: after every reply that waits."""
        await self._awake()
        await self._limiter.acquire(NUDGE)

    def rest(self, seconds: float) -> None:
        """The channel asked for a pause."""
        self._resting_until = max(self._resting_until, asyncio.get_running_loop().time() + seconds)

    async def _awake(self) -> None:
        await asyncio.sleep(self._resting_until - asyncio.get_running_loop().time())
