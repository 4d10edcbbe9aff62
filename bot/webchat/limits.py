"""How fast visitors may write; counted in this process, over a sliding window."""

from __future__ import annotations

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from bot.settings import Settings

#: A file is large; so many of them are plenty.
FILES = parse("10 per minute")


class ChatLimits:
    """The limits of one visitor, and of everybody who shares an internet address with them."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._visitor = parse(settings.chat_rate)
        self._network = parse(settings.chat_network_rate)

    async def allow_message(self, address: str, network: str) -> bool:
        """Whether this visitor may send one more message now; asking counts."""
        return await self._hit(self._visitor, address) and await self._hit(self._network, network)

    async def allow_file(self, address: str, network: str) -> bool:
        """Whether this visitor may send one more file now; it counts as a message too."""
        return await self._hit(FILES, "file", address) and await self.allow_message(address, network)

    async def _hit(self, limit: RateLimitItem, *key: str) -> bool:
        return await self._limiter.hit(limit, *key)
