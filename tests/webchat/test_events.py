"""The live conversation: everything once, in order, across lost connections, and only to whom it belongs."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import httpx
import pytest

from bot.intake import announce
from bot.services import Services
from dialogs.messages import Choice, Reply
from scheduler.housekeeping import clean_up
from storage.models import Author, Conversation, Delivery, Holder, Message
from tests.webchat.chatting import answer, conversation_of, open_browser, post, rows, stream, take, texts


async def test_history_comes_first_then_what_is_new(services: Services, browser: httpx.AsyncClient) -> None:
    await post(browser, "Halo")
    reply = Reply("Selamat pagi.\nAda yang bisa dibantu?", (Choice("i:register", "Cara mendaftar"),))
    await answer(services, browser, reply)
    async with stream(browser) as events:
        own, bots = await take(events, 2)
        assert (own.data["author"], own.data["text"]) == ("participant", "Halo")
        assert (bots.data["author"], bots.data["text"]) == ("bot", reply.text)
        assert bots.data["choices"] == [{"id": "i:register", "title": "Cara mendaftar"}]
        live = await answer(services, browser, Reply("Satu lagi."), Author.AGENT)
        (event,) = await take(events, 1)
    assert (event.id, event.data["author"], event.data["text"]) == (str(live), "agent", "Satu lagi.")


async def test_own_messages_carry_the_id_the_browser_gave(browser: httpx.AsyncClient) -> None:
    sent = (await post(browser, "Halo")).json()["id"]
    async with stream(browser) as events:
        (event,) = await take(events, 1)
    assert event.data["client_id"] == sent
    assert "pandu" not in str(event.data)


async def test_a_stream_opened_before_the_first_message_hears_it(browser: httpx.AsyncClient) -> None:
    async with stream(browser) as events:
        await post(browser, "Pertama")
        assert await texts(events, 1) == ["Pertama"]


async def test_after_the_last_seen_message_comes_exactly_the_rest(
    services: Services, browser: httpx.AsyncClient
) -> None:
    await post(browser, "Halo")
    ids = [await answer(services, browser, Reply(str(number))) for number in range(6)]
    async with stream(browser, ids[2]) as events:
        assert await texts(events, 3) == ["3", "4", "5"]
    async with browser.stream("GET", f"/chat/events?after={ids[4]}") as response:
        lines = response.aiter_lines()
        assert f"id: {ids[5]}" == await anext(lines)


async def test_nonsense_as_the_last_seen_message_means_from_the_start(browser: httpx.AsyncClient) -> None:
    await post(browser, "Halo")
    for nonsense in ("-1", "abc", "9" * 30, "²".encode().decode("latin-1")):
        headers = {b"Last-Event-ID": nonsense.encode()}
        async with browser.stream("GET", "/chat/events", headers=headers) as response:
            assert response.status_code == 200
            assert (await anext(response.aiter_lines())).startswith("id: ")


async def test_nobody_hears_anothers_conversation(
    services: Services, browser: httpx.AsyncClient, web_address: str
) -> None:
    await post(browser, "Milik saya")
    await answer(services, browser, Reply("Untuk Anda saja"))
    async with open_browser(web_address) as stranger:
        assert "Milik saya" not in (await stranger.get("/")).text
        async with stream(stranger) as events:
            await answer(services, browser, Reply("Masih untuk Anda saja"))
            await post(stranger, "Milik orang lain")
            assert await texts(events, 1) == ["Milik orang lain"]


async def test_what_is_withheld_is_not_shown(services: Services, browser: httpx.AsyncClient) -> None:
    await post(browser, "Halo")
    withheld = await answer(services, browser, Reply("Ditahan"))
    async with services.database.transaction() as session:
        (await session.get_one(Message, withheld)).delivery = Delivery.WITHHELD
    await answer(services, browser, Reply("Terkirim"))
    async with stream(browser) as events:
        assert await texts(events, 2) == ["Halo", "Terkirim"]
    assert "Ditahan" not in (await browser.get("/")).text


async def test_it_says_when_a_person_answers(services: Services, browser: httpx.AsyncClient) -> None:
    await post(browser, "petugas")
    conversation = await conversation_of(services, browser)
    async with stream(browser) as events:
        assert [event.data for event in await take(events, 1, "state")] == [{"holder": "bot"}]
        for holder in (Holder.WAITING, Holder.AGENT, Holder.BOT):
            async with services.database.transaction() as session:
                (await session.get_one(Conversation, conversation.id)).holder = holder
                await announce(session, conversation.id)
            assert [event.data for event in await take(events, 1, "state")] == [{"holder": holder}]


async def test_nothing_is_lost_or_doubled_across_lost_connections(
    services: Services, browser: httpx.AsyncClient
) -> None:
    await post(browser, "Mulai")
    chance = random.Random(20261120)
    expected = ["Mulai", *(str(number) for number in range(60))]
    heard: list[str] = []

    async def speak() -> None:
        for number in range(60):
            await answer(services, browser, Reply(str(number)))
            await asyncio.sleep(chance.choice((0, 0, 0.002, 0.01)))

    speaking = asyncio.create_task(speak())
    last_id = 0
    while len(heard) < len(expected):
        async with stream(browser, last_id) as events:
            for event in await take(events, min(chance.randint(1, 5), len(expected) - len(heard))):
                heard.append(event.data["text"])
                last_id = int(event.id or 0)
    await speaking
    assert heard == expected


async def test_two_windows_hear_the_same(services: Services, browser: httpx.AsyncClient) -> None:
    async with stream(browser) as one, stream(browser) as other:
        await post(browser, "Halo")
        await answer(services, browser, Reply("Selamat pagi"))
        assert await texts(one, 2) == await texts(other, 2) == ["Halo", "Selamat pagi"]


async def test_waiting_streams_hold_no_connection(services: Services, browser: httpx.AsyncClient) -> None:
    """More windows than the pool has connections, and messages still come in."""
    await post(browser, "Mulai")
    async with asyncio.timeout(20):
        windows = [stream(browser) for _ in range(12)]
        opened = [await window.__aenter__() for window in windows]
        for events in opened:
            assert await texts(events, 1) == ["Mulai"]
        await post(browser, "Lanjut")
        for events in opened:
            assert await texts(events, 1) == ["Lanjut"]
        for window in windows:
            await window.__aexit__(None, None, None)
    assert len(await rows(services)) == 2


async def test_times_have_a_zone(services: Services, browser: httpx.AsyncClient) -> None:
    await post(browser, "Halo")
    async with stream(browser) as events:
        (event,) = await take(events, 1)
    assert event.data["created_at"] == services.clock().isoformat()
    assert services.clock().utcoffset() == timedelta(0)


async def test_a_forgotten_conversation_ends_the_stream_and_the_next_message_begins_anew(
    services: Services, browser: httpx.AsyncClient
) -> None:
    await post(browser, "Halo")
    conversation = await conversation_of(services, browser)
    async with stream(browser) as events:
        assert await texts(events, 1) == ["Halo"]
        async with services.database.transaction() as session:
            (await session.get_one(Conversation, conversation.id)).forgotten_at = services.clock()
        await clean_up(services.database, services.clock() + timedelta(hours=1))
        async with services.database.transaction() as session:
            await announce(session, conversation.id)
        with pytest.raises(StopAsyncIteration):
            await take(events, 1)
    await post(browser, "Mulai lagi")
    async with stream(browser) as events:
        assert await texts(events, 1) == ["Mulai lagi"]
