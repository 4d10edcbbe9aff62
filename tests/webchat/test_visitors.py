"""Who is writing: a cookie nobody can read or guess, and posts from our own pages only."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest

from bot.services import Services
from bot.webchat.visitor import COOKIE
from bot.webchat.words import WORDS
from tests.webchat.chatting import open_browser, post, rows


async def test_the_cookie_is_out_of_reach_of_scripts(web_address: str) -> None:
    async with httpx.AsyncClient(base_url=web_address) as browser:
        plain = (await browser.get("/")).headers["set-cookie"]
        secure = (await browser.get("/", headers={"X-Forwarded-Proto": "https"})).headers["set-cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    assert f"Max-Age={180 * 24 * 3600}" in plain
    assert "Secure" not in plain
    assert "Secure" in secure


async def test_every_browser_is_a_visitor_of_its_own(web_address: str) -> None:
    async with open_browser(web_address) as one, open_browser(web_address) as other:
        first = one.cookies[COOKIE]
        assert first != other.cookies[COOKIE]
        await one.get("/")
        assert one.cookies[COOKIE] == first


async def test_an_unusable_cookie_is_replaced(web_address: str) -> None:
    async with httpx.AsyncClient(base_url=web_address) as browser:
        answer = await browser.get("/", headers={"Cookie": f"{COOKIE}=short"})
    assert len(answer.cookies[COOKIE]) == 43


async def test_without_a_cookie_nothing_is_kept(services: Services, web_address: str) -> None:
    async with httpx.AsyncClient(base_url=web_address) as browser:
        answer = await post(browser, "Halo")
        events = await browser.get("/chat/events")
        form = await browser.post(f"/chat/form?id={uuid4()}", files={"text": (None, "Jangan hilang")})
    assert answer.status_code == 403
    assert answer.json()["message"] == WORDS["errors"]["no_visitor"]
    assert events.status_code == 204
    assert form.status_code == 403
    assert "Jangan hilang</textarea>" in form.text
    assert COOKIE in form.cookies
    assert await rows(services) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/chat/messages", "/chat/files", "/chat/form", "/chat/leave"])
async def test_a_post_from_another_site_is_refused(
    services: Services, browser: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    answer = await browser.post(path, json={"id": str(uuid4()), "text": "Halo"}, headers=headers)
    assert answer.status_code == 403
    assert WORDS["errors"]["foreign"] in answer.text
    assert await rows(services) == []


@pytest.mark.parametrize("header", ["Origin", "Sec-Fetch-Site"])
async def test_a_post_from_our_page_is_kept(
    services: Services, browser: httpx.AsyncClient, web_address: str, header: str
) -> None:
    value = {"Origin": web_address, "Sec-Fetch-Site": "same-origin"}[header]
    body = {"id": str(uuid4()), "text": "Halo"}
    assert (await browser.post("/chat/messages", json=body, headers={header: value})).status_code == 202
    assert len(await rows(services)) == 1


async def test_who_leaves_is_somebody_else_afterwards(browser: httpx.AsyncClient) -> None:
    await post(browser, "Rahasia saya")
    assert "Rahasia saya" in (await browser.get("/")).text
    token = browser.cookies[COOKIE]
    left = await browser.post("/chat/leave", follow_redirects=True)
    assert WORDS["left"] in left.text
    assert "Rahasia saya" not in left.text
    assert browser.cookies[COOKIE] != token


@pytest.mark.parametrize("path", ["/", "/health", "/static/pandu.css", "/static/chat/chat.js", "/nothing-here"])
async def test_every_answer_is_guarded(browser: httpx.AsyncClient, path: str) -> None:
    headers = (await browser.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
