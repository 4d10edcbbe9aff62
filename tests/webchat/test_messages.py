"""What visitors write is kept once, cleaned, and refused kindly when it cannot be kept."""

from __future__ import annotations

import json
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from bot.inbound import LONGEST_TEXT
from bot.services import Services
from bot.webchat.words import WORDS
from storage.models import Contact
from tests.webchat.chatting import open_browser, post, rows, visitor_of


async def test_a_message_posted_again_is_kept_once(services: Services, browser: httpx.AsyncClient) -> None:
    message = {"id": str(uuid4()), "text": "Cara daftar BPJS?"}
    first = await browser.post("/chat/messages", json=message)
    again = await browser.post("/chat/messages", json=message)
    assert (first.status_code, first.json()) == (202, {"id": message["id"], "is_new": True})
    assert (again.status_code, again.json()) == (202, {"id": message["id"], "is_new": False})
    assert [row.text for row in await rows(services)] == ["Cara daftar BPJS?"]


async def test_two_visitors_may_use_the_same_id(
    services: Services, browser: httpx.AsyncClient, web_address: str
) -> None:
    message = {"id": str(uuid4()), "text": "Halo"}
    await browser.post("/chat/messages", json=message)
    async with open_browser(web_address) as other:
        answer = await other.post("/chat/messages", json=message)
    assert answer.json()["is_new"]
    assert len({row.conversation_id for row in await rows(services)}) == 2


async def test_a_choice_comes_with_its_title(services: Services, browser: httpx.AsyncClient) -> None:
    await post(browser, "Hitung iuran", choice="i:contribution_amount")
    (row,) = await rows(services)
    assert row.text == "Hitung iuran"
    assert row.content == {"choice": "i:contribution_amount"}


async def test_the_database_never_holds_the_token(services: Services, browser: httpx.AsyncClient) -> None:
    await post(browser, "Halo")
    async with services.database.sessions() as session:
        contact = (await session.scalars(select(Contact))).one()
    visitor = visitor_of(browser)
    assert contact.channel == "web"
    assert contact.address == visitor.address
    assert visitor.token not in contact.address
    assert visitor.token not in repr(visitor)


async def test_an_identity_number_is_masked(services: Services, browser: httpx.AsyncClient) -> None:
    await post(browser, "NIK saya " + "32730112" + "90010001" + ", HP 0812-3456-7890")
    (row,) = await rows(services)
    assert row.text == "NIK saya 3273********0001, HP 0812-3456-7890"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ('"sa\\u0000lam"', "salam"),
        ('"salam \\ud83d"', "salam \N{REPLACEMENT CHARACTER}"),
        ('"\\udc00salam"', "\N{REPLACEMENT CHARACTER}salam"),
        ('"\\ud83d\\ude4f"', "\N{PERSON WITH FOLDED HANDS}"),
        ('"<script>alert(1)</script> {{ 7*7 }}"', "<script>alert(1)</script> {{ 7*7 }}"),
        ('"   "', ""),
        ("null", ""),
    ],
)
async def test_strange_text_is_kept(services: Services, browser: httpx.AsyncClient, sent: str, kept: str) -> None:
    body = f'{{"id": "{uuid4()}", "text": {sent}}}'
    answer = await browser.post("/chat/messages", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 202
    (row,) = await rows(services)
    assert row.text == kept


async def test_the_longest_text_is_kept_whole(services: Services, browser: httpx.AsyncClient) -> None:
    text = "\N{PERSON WITH FOLDED HANDS}" * LONGEST_TEXT
    body = json.dumps({"id": str(uuid4()), "text": text}, ensure_ascii=True)
    assert (await browser.post("/chat/messages", content=body)).status_code == 202
    (row,) = await rows(services)
    assert row.text == text


@pytest.mark.parametrize("length", [LONGEST_TEXT + 1, 1_000_000])
async def test_a_longer_text_is_refused_kindly(services: Services, browser: httpx.AsyncClient, length: int) -> None:
    answer = await post(browser, "a" * length)
    assert answer.status_code == 413
    assert answer.json() == {"reason": "too_long", "message": WORDS["errors"]["too_long"]}
    assert await rows(services) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"halo",
        b"[]",
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"text": "tanpa id"}',
        b'{"id": "1", "text": "halo"}',
        b'{"id": "00000000-0000-4000-8000-000000000000", "text": 7}',
        b'{"id": "00000000-0000-4000-8000-000000000000", "choice": ["a"]}',
        b'{"id": "00000000-0000-4000-8000-000000000000", "choice": "' + b"a" * 65 + b'"}',
        '{"id": "00000000-0000-4000-8000-000000000000", "choice": "pilihan é"}'.encode(),
    ],
)
async def test_what_is_no_message_is_refused_kindly(
    services: Services, browser: httpx.AsyncClient, body: bytes
) -> None:
    answer = await browser.post("/chat/messages", content=body)
    assert answer.status_code == 400
    assert answer.json()["message"] == WORDS["errors"]["unreadable"]
    assert await rows(services) == []


async def test_who_writes_too_fast_is_asked_to_wait(services: Services, browser: httpx.AsyncClient) -> None:
    answers = [await post(browser, f"Pesan {number}") for number in range(21)]
    assert [answer.status_code for answer in answers] == [202] * 20 + [429]
    assert answers[-1].json()["message"] == WORDS["errors"]["too_fast"]
    assert len(await rows(services)) == 20
