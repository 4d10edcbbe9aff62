"""The web app says whether it reaches its database, and whether texts are understood."""

from __future__ import annotations

import httpx


async def test_health_answers_and_says_that_nothing_understands_texts_here(web_address: str) -> None:
    async with httpx.AsyncClient(base_url=web_address) as browser:
        answer = await browser.get("/health")
    assert answer.json() == {"status": "ok", "understanding": "menu"}
