"""The page: whole without JavaScript, escaped, and complete for people who listen to it."""

from __future__ import annotations

import re
from uuid import uuid4

import httpx
import pytest

from bot.inbound import LONGEST_TEXT
from bot.services import Services
from bot.webchat.words import WORDS
from dialogs.messages import Choice, Reply
from storage.models import Author
from tests.webchat.chatting import answer, post, rows

PDF = b"%PDF-1.7\n%%EOF"


def form_addresses(page: str) -> list[str]:
    """Where the forms of a page are posted to, the field's own last."""
    body = page.partition("<template")[0]
    return re.findall(r'action="(/chat/form\?id=[^"]+)"', body)


async def submit(browser: httpx.AsyncClient, address: str, text: str, choice: str = "") -> httpx.Response:
    """Submit a form of the page as a browser without JavaScript does."""
    form = {"text": text, "choice": choice}
    return await browser.post(address, data=form, files={"file": ("", b"")}, follow_redirects=True)


async def test_a_new_visitor_is_greeted(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/")).text
    assert WORDS["tagline"] in page
    assert 'lang="id"' in page
    assert 'role="log"' in page
    assert 'aria-live="polite"' in page
    for start in WORDS["starts"]:
        assert f">{start}</button>" in page


async def test_the_page_works_without_script(services: Services, browser: httpx.AsyncClient) -> None:
    *starts, field = form_addresses((await browser.get("/")).text)
    assert len(starts) == len(WORDS["starts"])
    await submit(browser, starts[0], text="Cara daftar", choice="")
    await answer(services, browser, Reply("Pekerjaan Anda?", (Choice("s:bpu", "Kerja sendiri"),)))
    page = (await browser.get("/")).text
    assert "Pekerjaan Anda?" in page
    assert 'value="s:bpu">1 · Kerja sendiri</button>' in page
    shown = await submit(browser, form_addresses(page)[4], text="Kerja sendiri", choice="s:bpu")
    assert shown.status_code == 200
    await submit(browser, field, text="Ojek")
    kept = [(row.text, row.content) for row in await rows(services) if row.author == Author.PARTICIPANT]
    assert kept == [("Cara daftar", {}), ("Kerja sendiri", {"choice": "s:bpu"}), ("Ojek", {})]


async def test_a_form_sent_twice_counts_once(services: Services, browser: httpx.AsyncClient) -> None:
    address = form_addresses((await browser.get("/")).text)[-1]
    await submit(browser, address, text="Halo")
    await submit(browser, address, text="Halo")
    assert len(await rows(services)) == 1


async def test_every_form_of_the_page_is_a_message_of_its_own(browser: httpx.AsyncClient) -> None:
    addresses = form_addresses((await browser.get("/")).text)
    assert len(set(addresses)) == len(addresses) == len(WORDS["starts"]) + 1


async def test_the_plain_form_sends_files(services: Services, browser: httpx.AsyncClient) -> None:
    address = form_addresses((await browser.get("/")).text)[-1]
    form, files = {"text": "Ini slipnya"}, {"file": ("slip.pdf", PDF)}
    page = await browser.post(address, data=form, files=files, follow_redirects=True)
    assert "slip.pdf" in page.text
    (row,) = await rows(services)
    assert row.text == "Ini slipnya"


async def test_an_empty_form_is_answered_on_the_page(services: Services, browser: httpx.AsyncClient) -> None:
    page = await submit(browser, f"/chat/form?id={uuid4()}", text="  ")
    assert page.status_code == 422
    assert WORDS["errors"]["nothing"] in page.text
    assert await rows(services) == []


async def test_a_text_too_long_stays_in_the_field(services: Services, browser: httpx.AsyncClient) -> None:
    text = "panjang " * (LONGEST_TEXT // 8 + 1)
    page = await submit(browser, f"/chat/form?id={uuid4()}", text=text)
    assert page.status_code == 413
    assert WORDS["errors"]["too_long"] in page.text
    assert f"{text}</textarea>" in page.text
    assert await rows(services) == []


@pytest.mark.parametrize("author", [Author.BOT, Author.AGENT])
async def test_nothing_anybody_wrote_becomes_markup(
    services: Services, browser: httpx.AsyncClient, author: Author
) -> None:
    evil = "<img src=x onerror=alert(1)> {{ 7*7 }} </script>"
    await post(browser, evil)
    await answer(services, browser, Reply(evil, (Choice('"><i>', "<u>x</u>"),)), author)
    page = (await browser.get("/")).text
    assert page.count("&lt;img src=x onerror=alert(1)&gt; {{ 7*7 }} &lt;/script&gt;") == 2
    for markup in ("<img src=x", '"><i>', "<u>"):
        assert markup not in page


async def test_addresses_become_links(services: Services, browser: httpx.AsyncClient) -> None:
    await post(browser, "Halo")
    await answer(services, browser, Reply("Lihat https://example.org/a?b=1&c=2 atau javascript:alert(1)"))
    page = (await browser.get("/")).text
    assert 'href="https://example.org/a?b=1&amp;c=2"' in page
    assert 'href="javascript' not in page


async def test_times_are_those_of_the_participant(browser: httpx.AsyncClient) -> None:
    await post(browser, "Halo")
    page = (await browser.get("/")).text
    assert ">10.00</time>" in page
    assert "20 November 2026" in page


async def test_a_long_conversation_shows_its_end_first(services: Services, browser: httpx.AsyncClient) -> None:
    await post(browser, "Paling lama")
    for number in range(101):
        await answer(services, browser, Reply(f"Balasan {number}"))
    page = (await browser.get("/")).text
    assert "Paling lama" not in page
    assert "Balasan 100" in page
    assert WORDS["all_messages"] in page
    whole = (await browser.get("/?all")).text
    assert "Paling lama" in whole
    assert WORDS["all_messages"] not in whole


async def test_the_page_stands_on_its_own(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/")).text
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert all(address.startswith(("/", "#")) for address in addresses)
    assert " style=" not in page
    assert " onclick=" not in page
    files = {address for address in addresses if address.startswith("/static")}
    assert len(files) == 6
    for address in files:
        file = await browser.get(address)
        assert file.status_code == 200
        assert ("immutable" in file.headers["cache-control"]) == ("?v=" in address)


async def test_the_page_is_never_kept_by_others(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/")).headers["cache-control"] == "no-store"
