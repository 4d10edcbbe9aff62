"""The web app says whether it reaches its database."""

from __future__ import annotations

import httpx


async def test_health_answers(web_address: str) -> None:
    async with httpx.AsyncClient(base_url=web_address) as browser:
        answer = await browser.get("/health")
    assert answer.json() == {"status": "ok"}
