"""Files: told apart by content, never larger than allowed, and answered in the conversation when refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from bot.inbound import LARGEST_FILE
from bot.services import Services
from bot.webchat.words import WORDS
from dialogs.messages import Reply
from storage.models import StoredFile
from storage.vault import Vault
from tests.webchat.chatting import answer, conversation_of, open_browser, rows, stream, take

PDF = b"%PDF-1.7\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
JPEG = b"\xff\xd8\xff\xe0" + bytes(32)
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(32)


async def send(browser: httpx.AsyncClient, name: str, content: bytes, text: str = "") -> httpx.Response:
    """Send a file as the page's script does."""
    return await browser.post(
        f"/chat/files?id={uuid4()}", data={"text": text}, files={"file": (name, content, "image/png")}
    )


async def stored(services: Services) -> list[StoredFile]:
    """All files."""
    async with services.database.sessions() as session:
        return list(await session.scalars(select(StoredFile)))


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")],
)
async def test_a_file_is_kept_encrypted_and_known_by_its_content(
    services: Services, vault: Vault, browser: httpx.AsyncClient, content: bytes, media_type: str
) -> None:
    answer = await send(browser, "bukti bayar.bin", content, "Ini buktinya")
    assert answer.status_code == 202
    assert answer.json()["refused_file"] is None
    (row,) = await rows(services)
    assert row.text == "Ini buktinya"
    async with services.database.sessions() as session:
        name, kind, size, sealed = (
            await session.execute(
                select(StoredFile.name, StoredFile.media_type, StoredFile.size, StoredFile.content_sealed)
            )
        ).one()
    assert (name, kind, size) == ("bukti bayar.bin", media_type, len(content))
    assert content not in sealed
    assert vault.open(sealed, "files.content") == content


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("foto.png", b"MZ" + bytes(200), "wrong_type"),
        ("surat.pdf", b"<script>alert(1)</script>", "wrong_type"),
        ("kosong.pdf", b"", "empty"),
    ],
)
async def test_a_refused_file_is_a_message_that_is_answered(
    services: Services, browser: httpx.AsyncClient, name: str, content: bytes, reason: str
) -> None:
    answer = await send(browser, name, content)
    assert (answer.status_code, answer.json()["refused_file"]) == (202, reason)
    (row,) = await rows(services)
    assert row.content == {"refused_file": reason}
    assert await stored(services) == []


async def test_the_largest_file_is_kept_and_one_byte_more_is_not(
    services: Services, browser: httpx.AsyncClient
) -> None:
    most = PDF + bytes(LARGEST_FILE - len(PDF))
    assert (await send(browser, "besar.pdf", most)).json()["refused_file"] is None
    assert (await send(browser, "lebih.pdf", most + b"0")).json()["refused_file"] == "too_large"
    assert [file.size for file in await stored(services)] == [LARGEST_FILE]


@pytest.mark.parametrize("megabytes", [30, 60])
async def test_a_huge_file_is_read_to_the_end_and_answered(
    services: Services, browser: httpx.AsyncClient, megabytes: int
) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b'--limit\r\nContent-Disposition: form-data; name="file"; filename="video.mp4"\r\n\r\n'
        for _ in range(megabytes):
            yield bytes(1024 * 1024)
        yield b"\r\n--limit--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=limit"}
    answer = await browser.post(f"/chat/files?id={uuid4()}", content=body(), headers=headers)
    assert (answer.status_code, answer.json()["refused_file"]) == (202, "too_large")
    (row,) = await rows(services)
    assert row.content == {"refused_file": "too_large"}


async def test_a_file_posted_again_is_kept_once(services: Services, browser: httpx.AsyncClient) -> None:
    address = f"/chat/files?id={uuid4()}"
    answers = [await browser.post(address, files={"file": ("a.pdf", PDF)}) for _ in range(2)]
    assert [answer.json()["is_new"] for answer in answers] == [True, False]
    assert len(await stored(services)) == 1


async def test_the_stream_names_the_file(browser: httpx.AsyncClient) -> None:
    await send(browser, "<b>slip</b>.pdf", PDF)
    await send(browser, "kosong.pdf", b"")
    async with stream(browser) as events:
        kept, refused = await take(events, 2)
    assert kept.data["files"] == ["<b>slip</b>.pdf"]
    assert (refused.data["files"], refused.data["file_refused"]) == ([], True)
    page = (await browser.get("/")).text
    assert "&lt;b&gt;slip&lt;/b&gt;.pdf" in page
    assert WORDS["refused_file"] in page


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{}", "application/json"),
        (b"text=halo", "application/x-www-form-urlencoded"),
        (b"broken", "multipart/form-data; boundary=limit"),
        (b"broken", "multipart/form-data"),
    ],
)
async def test_what_is_no_form_is_refused_kindly(
    services: Services, browser: httpx.AsyncClient, body: bytes, content_type: str
) -> None:
    answer = await browser.post(f"/chat/files?id={uuid4()}", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == 400
    assert answer.json()["message"] == WORDS["errors"]["unreadable"]
    assert await rows(services) == []


async def test_a_file_needs_the_id_of_its_message(services: Services, browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/chat/files", files={"file": ("a.pdf", PDF)})
    assert answer.status_code == 400
    assert await rows(services) == []


async def test_so_many_files_at_once_are_plenty(browser: httpx.AsyncClient) -> None:
    answers = [await send(browser, "a.pdf", PDF) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [202] * 10 + [429]


async def test_a_file_of_ours_is_had_by_the_visitor_it_is_for(
    services: Services, vault: Vault, browser: httpx.AsyncClient, web_address: str
) -> None:
    await send(browser, "bukti.pdf", PDF)
    message_id = await answer(services, browser, Reply("Lunas."))
    conversation = await conversation_of(services, browser)
    async with services.database.transaction() as session:
        ours = StoredFile(
            conversation_id=conversation.id,
            message_id=message_id,
            name="tanda terima.pdf",
            media_type="application/pdf",
            size=len(PDF),
            content_sealed=vault.seal(PDF, "files.content"),
        )
        session.add(ours)
        await session.flush()
    fetched = await browser.get(f"/chat/files/{ours.id}")
    assert (fetched.status_code, fetched.content) == (200, PDF)
    assert fetched.headers["content-disposition"].startswith("attachment")
    assert f'href="/chat/files/{ours.id}" download' in (await browser.get("/")).text
    async with open_browser(web_address) as other:
        assert (await other.get(f"/chat/files/{ours.id}")).status_code == 404
    assert (await browser.get(f"/chat/files/{10**19}")).status_code == 404
