"""A browser that has opened the chat."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.webchat.chatting import open_browser


@pytest.fixture
async def browser(web_address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor's browser."""
    async with open_browser(web_address) as opened:
        yield opened
