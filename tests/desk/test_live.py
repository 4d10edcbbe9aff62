"""The desk is live: new lines reach an open page once and in order, and a closed session ends its streams."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx

from bot.inbound import InboundMessage
from bot.intake import take_in
from bot.services import Services
from storage.database import Database
from storage.models import Contact, Role
from tests.conftest import Clock
from tests.desk.working import Browser, SignIn, Waiting, conversation_of, said


@dataclass
class Event:
    """One server-sent event."""

    name: str = ""
    id: str = ""
    data: str = ""


@asynccontextmanager
async def live(browser: Browser, path: str, **headers: str) -> AsyncIterator[AsyncIterator[Event]]:
    async with browser.http.stream("GET", f"/desk{path}", headers=headers, timeout=20) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _events(answer)


async def _events(answer: httpx.Response) -> AsyncIterator[Event]:
    event = Event()
    async for line in answer.aiter_lines():
        name, _, value = line.partition(": ")
        if not line and event.name:
            yield event
            event = Event()
        elif name == "event":
            event.name = value
        elif name == "id":
            event.id = value
        elif name == "data":
            event.data += value + "\n"


async def next_of(events: AsyncIterator[Event], name: str) -> Event:
    async for event in events:
        if event.name == name:
            return event
    raise AssertionError(f"the stream ended without {name}")


async def write(services: Services, database: Database, conversation_id: int, text: str) -> None:
    conversation = await conversation_of(database, conversation_id)
    async with database.sessions() as session:
        contact = await session.get_one(Contact, conversation.contact_id)
    message = InboundMessage("web", f"live-{text}", contact.address, text)
    await take_in(database, services.queue, message, services.clock())


async def test_lines_come_as_they_are_written(
    signed_in: SignIn, waiting: Waiting, services: Services, database: Database
) -> None:
    budi, id_ = await signed_in("Budi"), await waiting(text="petugas")
    async with live(budi, f"/percakapan/{id_}/kabar") as events:
        assert "petugas" in (await next_of(events, "line")).data
        await next_of(events, "changed")
        await write(services, database, id_, "<b>Halo</b>")
        assert "&lt;b&gt;Halo&lt;/b&gt;" in (await next_of(events, "line")).data
        await budi.post(f"/percakapan/{id_}/ambil-alih")
        told = await next_of(events, "line")
        assert told.id == str((await said(database, id_))[-1].id)
        await next_of(events, "changed")
        await budi.post(f"/percakapan/{id_}/balas", text="Baik, saya bantu")
        assert "Baik, saya bantu" in (await next_of(events, "line")).data


async def test_after_a_lost_connection_nothing_is_missing_and_nothing_repeated(
    signed_in: SignIn, waiting: Waiting, services: Services, database: Database
) -> None:
    budi, id_ = await signed_in(), await waiting(text="satu")
    async with live(budi, f"/percakapan/{id_}/kabar") as events:
        seen = await next_of(events, "line")
    for text in ("dua", "tiga"):
        await write(services, database, id_, text)
    async with live(budi, f"/percakapan/{id_}/kabar", **{"Last-Event-ID": seen.id}) as events:
        lines = [await next_of(events, "line"), await next_of(events, "line")]
    assert [("dua" in line.data, "tiga" in line.data) for line in lines] == [(True, False), (False, True)]


async def test_a_note_renews_an_open_page(signed_in: SignIn, waiting: Waiting) -> None:
    budi, dewi, id_ = await signed_in("Budi"), await signed_in("Dewi"), await waiting()
    async with live(dewi, f"/percakapan/{id_}/kabar") as events:
        await next_of(events, "changed")
        await budi.post(f"/percakapan/{id_}/catatan", text="Telepon sore")
        await next_of(events, "changed")
    assert "Telepon sore" in (await dewi.get(f"/percakapan/{id_}/isi")).text


async def test_the_lists_hear_of_every_conversation(signed_in: SignIn, waiting: Waiting) -> None:
    budi = await signed_in()
    async with live(budi, "/kabar") as events:
        await next_of(events, "changed")
        await waiting(name="Baru")
        await next_of(events, "changed")
    assert "Baru" in (await budi.get("/rak")).text


async def test_a_closed_account_loses_its_open_pages(signed_in: SignIn, waiting: Waiting) -> None:
    sari, budi, id_ = await signed_in("Sari", Role.ADMINISTRATOR), await signed_in("Budi"), await waiting()
    await budi.post(f"/percakapan/{id_}/ambil-alih")
    async with live(budi, f"/percakapan/{id_}/kabar") as events:
        await next_of(events, "changed")
        await sari.post(f"/petugas/{budi.staff_id}/tutup")
        await next_of(events, "ended")


async def test_answering_from_an_open_page_keeps_the_session(signed_in: SignIn, waiting: Waiting, clock: Clock) -> None:
    budi, id_ = await signed_in("Budi"), await waiting()
    headers = {"X-Desk-Live": "1", "X-CSRF-Token": budi.csrf}
    take = f"/desk/percakapan/{id_}/ambil-alih"
    assert (await budi.http.post(take, headers=headers)).status_code == 204
    clock.move(timedelta(hours=11))
    sent = await budi.http.post(f"/desk/percakapan/{id_}/balas", headers=headers, data={"text": "Halo"})
    assert sent.status_code == 204
    clock.move(timedelta(hours=11))
    assert (await budi.get("")).status_code == 200
    refused = await budi.http.post(f"/desk/percakapan/{id_}/balas", headers=headers, data={"text": ""})
    assert (refused.status_code, refused.text) == (422, "Tulis dulu pesannya, lalu kirim.")
