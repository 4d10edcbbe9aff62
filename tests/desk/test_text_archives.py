"""Texts as a ZIP: out and in again unchanged, in with a report, never live at once, never out of a folder."""

from __future__ import annotations

import io
import zipfile

import httpx
import pytest

from knowledge_base.library import Library
from storage.database import Database
from storage.models import Revision, Role
from tests.desk.working import Browser, SignIn, number_of


def packed(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return content.getvalue()


async def send(browser: Browser, content: bytes, wish: str) -> httpx.Response:
    form = {"csrf": browser.csrf, "do": wish}
    return await browser.http.post("/desk/berkas-isi", data=form, files={"file": ("isi.zip", content)})


async def test_out_and_in_again_changes_nothing(signed_in: SignIn, database: Database) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    content = (await wati.get("/berkas-isi/unduh.zip")).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    assert "articles/bpu/bpu-dues.md" in names
    assert "regulations/bpu.yml" in names
    assert len(names) == len(Library.load().articles) + 18
    page = await send(wati, content, "ajukan")
    assert "0 teks diajukan" in page.text
    assert await number_of(database, Revision) == 0


async def test_what_changed_is_reported_and_submitted_once(signed_in: SignIn, database: Database) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    with zipfile.ZipFile(io.BytesIO((await wati.get("/berkas-isi/unduh.zip")).content)) as archive:
        text = archive.read("articles/bpu/bpu-dues.md").decode()
    files = {
        "a/bpu-dues.md": text.replace("title: Iuran BPU per bulan", "title: Iuran BPU sebulan"),
        "a/bpu-baru.md": text,
        "a/rusak.md": "bukan artikel",
        "lain.yml": "a: 1",
        "gambar.png": "x",
    }
    content = packed(**files)
    looked = (await send(wati, content, "lihat")).text
    assert "<ins>title: Iuran BPU sebulan</ins>" in looked
    assert "tidak lengkap atau tidak terbaca" in looked
    assert "bukan salah satu berkas aturan" in looked
    assert "gambar.png" in looked
    assert await number_of(database, Revision) == 0
    assert "2 teks diajukan" in (await send(wati, content, "ajukan")).text
    assert "0 teks diajukan" in (await send(wati, content, "ajukan")).text
    assert await number_of(database, Revision) == 2
    assert "Menunggu orang kedua" in (await wati.get("/artikel/bpu-dues")).text


async def test_what_is_wrong_is_told_at_its_line_in_words(signed_in: SignIn, database: Database) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    with zipfile.ZipFile(io.BytesIO((await wati.get("/berkas-isi/unduh.zip")).content)) as archive:
        article, rules = (archive.read(path).decode() for path in ("articles/bpu/bpu-dues.md", "regulations/bpu.yml"))
    files = {"bpu-dues.md": article.replace("sources:", "sumber:"), "bpu.yml": rules.replace("  - ", "\t- ", 1)}
    looked = (await send(wati, packed(**files), "ajukan")).text
    assert "Sumber: Bagian ini belum ada." in looked
    assert "Nama bagian ini tidak dikenal." in looked
    assert "Ada TAB. Pakai spasi untuk menjorok. <code" in looked
    assert "0 teks diajukan" in looked


@pytest.mark.parametrize(
    "content",
    [
        b"not a zip",
        packed(**{"../jahat.md": "x"}),
        packed(**{"/etc/jahat.md": "x"}),
        packed(**{"a\\..\\jahat.md": "x"}),
        packed(**{"bom.md": "0" * 21_000_000}),
        packed(**{f"{number}.md": "" for number in range(5_001)}),
    ],
)
async def test_bombs_and_ways_out_are_refused(signed_in: SignIn, database: Database, content: bytes) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    refused = await send(wati, content, "ajukan")
    assert refused.status_code == 422
    assert "tidak bisa dibaca" in refused.text
    assert await number_of(database, Revision) == 0
