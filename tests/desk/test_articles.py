"""Articles at the desk: written in a form, refused at their line, approved by a second person, never lost."""

from __future__ import annotations

import asyncio
import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.editorial import repository_texts
from knowledge_base.article import parse_article
from knowledge_base.library import Library
from storage.database import Database
from storage.models import AuditEntry, Revision, Role, TextKind
from tests.conftest import Clock
from tests.desk.articles_world import BODY, SLUG, form, two_administrators
from tests.desk.working import Browser, SignIn, audited, number_of


async def live(browser: Browser, slug: str = SLUG) -> str:
    """The article's page, once this process has looked what is live."""
    for _ in range(100):
        page = (await browser.get(f"/artikel/{slug}")).text
        if "Tidak tayang" not in page:
            return page
        await asyncio.sleep(0.02)
    return page


async def test_agents_do_not_get_in(signed_in: SignIn) -> None:
    budi = await signed_in()
    for path in ("/artikel", "/artikel/baru", "/artikel/bpu-dues", "/aturan", "/aturan/bpu.yml", "/berkas-isi"):
        assert (await budi.get(path)).status_code == 403
    assert (await budi.post("/artikel/baru", **form())).status_code == 403


async def test_the_list_is_searched(signed_in: SignIn) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    found = (await wati.get("/artikel?q=ojol+perbulan")).text
    assert "/desk/artikel/bpu-dues" in found
    assert "/desk/artikel/jkn-dues" not in found
    assert "/desk/artikel/jkn-dues" not in (await wati.get("/artikel?bpjs=BPJSTK")).text


async def test_the_list_has_pages_that_keep_the_search(signed_in: SignIn) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    seen: set[str] = set()
    first = (await wati.get("/artikel?bpjs=BPJSTK&urut=ditanya&hari=7")).text
    links = re.findall(r'href="(\?[^"]*halaman=\d+)"', first)
    for link in links:
        rows = re.findall(
            r'data-label="Judul"><a href="([^"]+)"', (await wati.get(f"/artikel{html.unescape(link)}")).text
        )
        assert not seen & set(rows)
        seen |= set(rows)
    assert f"{len(seen)} artikel" in first
    assert all("bpjs=BPJSTK" in link for link in links)
    for beyond in ("0", "-1", "999", "x"):
        assert (await wati.get(f"/artikel?halaman={beyond}")).status_code == 200


async def test_what_ends_soon_is_among_the_articles_to_read_again(signed_in: SignIn, clock: Clock) -> None:
    clock.move(timedelta(days=14))
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    due = (await wati.get("/artikel?status=tinjau")).text
    assert "/desk/artikel/bpu-relief" in due
    assert "berakhir Kam, 31 Des 2026" in due
    assert "/desk/artikel/jkn-due-date" not in due


async def test_a_page_shows_every_channel_on_a_day(signed_in: SignIn) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    december = (await wati.get("/artikel/bpu-dues?tanggal=2026-12-31")).text
    january = (await wati.get("/artikel/bpu-dues?tanggal=2027-01-01")).text
    assert "Rp8.400" in december
    assert "Rp8.400" not in january
    for channel in ("Telegram", "WhatsApp", "Web"):
        assert channel in december


async def test_a_new_article_is_live_after_a_second_person(signed_in: SignIn, database: Database) -> None:
    wati, adi = await two_administrators(signed_in)
    saved = await wati.post("/artikel/baru", **form())
    assert saved.status_code == 303
    assert saved.headers["location"] == f"/desk/artikel/{SLUG}"
    assert "Tidak tayang" in (await wati.get(f"/artikel/{SLUG}")).text
    assert (await wati.post(f"/artikel/{SLUG}/1/setujui")).status_code == 409
    assert "Perlu orang kedua" in (await wati.post(f"/artikel/{SLUG}/1/setujui")).text
    assert (await adi.post(f"/artikel/{SLUG}/1/setujui", words="cocok")).status_code == 303
    page = await live(adi)
    assert "Rp42.000.000" in page
    assert [entry.action for entry in await entries(database)] == ["text_saved", "text_submitted", "text_approved"]
    (approved,) = await audited(database, "text_approved")
    assert (approved.subject, approved.staff_id, approved.detail["reason"]) == (
        f"article {SLUG}",
        adi.staff_id,
        "cocok",
    )
    assert "Wati" in page
    assert "cocok" in page


async def entries(database: Database) -> list[AuditEntry]:
    steps = ("saved", "submitted", "approved")
    found = [entry for step in steps for entry in await audited(database, f"text_{step}")]
    return sorted(found, key=lambda entry: entry.id)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"questions": "satu saja"}, "sedikitnya enam"),
        ({"sources": ""}, "Sumber</strong>: Bagian ini belum diisi."),
        ({"body": f"{BODY}\nHarganya Rp42.000.000."}, "baris 2"),
        ({"body": "<script>alert(1)</script>" + BODY}, "tanpa tanda HTML"),
        ({"body": BODY + "{% for i in range(10**9) %}x{% endfor %}"}, "Perulangan"),
        ({"body": BODY * 6}, "80 sampai 600"),
        ({"body": BODY + "\n{{ fact('tidak_ada') }}"}, "Baris 2: Angka bernama tidak_ada tidak ada di daftar"),
        ({"more": "Lebih jauh.\n\n{{ siapa }}"}, "Baris 3: Nama siapa tidak dikenal"),
        ({"body": BODY + "\n{% if %}x{% endif %}"}, "Baris 2: Kurung kurawalnya tidak lengkap"),
        ({"body": BODY + "{% if known('jkm_total') %}x"}, "{% if %} belum ditutup"),
        ({"questions": "\n\n".join(["a b c d"] * 5 + ["x"])}, 'Baris 6: Terlalu pendek. <code class="break">x</code>'),
        ({"next_steps": "Ke mana | tidak-ada"}, "Tidak ada artikel"),
        ({"next_steps": ""}, "tombol lanjutan"),
        ({"valid_from": "kemarin"}, "Tanggalnya"),
        ({"title": "Santunan 42 juta"}, "Judul"),
    ],
)
async def test_a_mistake_is_told_at_its_place_and_nothing_is_lost(
    signed_in: SignIn, database: Database, changes: dict[str, str], told: str
) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    refused = await wati.post("/artikel/baru", **form(**changes))
    assert refused.status_code == 422
    assert told in refused.text
    assert "bagaimana percobaan santunan cara f" in refused.text or "questions" in changes
    assert await number_of(database, Revision) == 0
    piece = await wati.post("/artikel/periksa", slug="", **form(**changes))
    assert told in piece.text
    assert "<html" not in piece.text


async def test_two_administrators_lose_nothing(signed_in: SignIn, database: Database) -> None:
    wati, adi = await two_administrators(signed_in)
    await wati.post("/artikel/baru", **form(do="simpan"))
    first = await wati.post(f"/artikel/{SLUG}/sunting", **form(based_on="1", body=BODY + " Kata Wati.", do="simpan"))
    assert first.status_code == 303
    second = await adi.post(f"/artikel/{SLUG}/sunting", **form(based_on="1", body=BODY + " Kata Adi.", do="simpan"))
    assert second.status_code == 409
    assert "Kata Wati." in second.text
    assert "Kata Adi." in second.text
    assert 'name="based_on" value="2"' in second.text
    assert await number_of(database, Revision) == 2
    third = await adi.post(f"/artikel/{SLUG}/sunting", **form(based_on="2", body=BODY + " Wati dan Adi.", do="ajukan"))
    assert third.status_code == 303
    for somebody in (wati, adi):  # both wrote in it
        assert (await somebody.post(f"/artikel/{SLUG}/3/setujui")).status_code == 409
    rina = await signed_in("Rina", Role.ADMINISTRATOR)
    assert (await rina.post(f"/artikel/{SLUG}/3/setujui")).status_code == 303


async def test_published_at_a_time(signed_in: SignIn, clock: Clock) -> None:
    wati, adi = await two_administrators(signed_in)
    await wati.post("/artikel/baru", **form())
    assert (await adi.post(f"/artikel/{SLUG}/1/setujui", at="2026-11-19T08:00")).status_code == 409
    assert (await adi.post(f"/artikel/{SLUG}/1/setujui", at="besok")).status_code == 422
    assert (await adi.post(f"/artikel/{SLUG}/1/setujui", at="2026-11-21T08:00")).status_code == 303
    assert "Tidak tayang" in (await adi.get(f"/artikel/{SLUG}")).text
    clock.move(timedelta(days=2))
    adi = await signed_in("Dua", Role.ADMINISTRATOR)
    await adi.post("/artikel/jkm-what/tarik", words="ini juga membangunkan proses")
    assert "Rp42.000.000" in await live(adi)


async def test_withdrawn_at_once_and_brought_back_by_two(signed_in: SignIn) -> None:
    wati, adi = await two_administrators(signed_in)
    assert (await wati.post("/artikel/jkm-what/tarik", words=" ")).status_code == 409
    assert (await wati.post("/artikel/jkm-what/tarik", words="aturannya berubah")).status_code == 303
    for _ in range(100):
        page = (await wati.get("/artikel/jkm-what")).text
        if "Tidak tayang" in page:
            break
        await asyncio.sleep(0.02)
    assert "Tidak tayang" in page
    assert "aturannya berubah" in page
    assert (await wati.post("/artikel/jkm-what/1/pulihkan", words="ternyata benar")).status_code == 303
    assert (await wati.post("/artikel/jkm-what/2/setujui")).status_code == 409
    assert (await adi.post("/artikel/jkm-what/2/setujui")).status_code == 303
    assert "Rp42.000.000" in await live(adi, "jkm-what")


async def test_what_is_withdrawn_keeps_its_name_and_can_be_found_and_brought_back(signed_in: SignIn) -> None:
    wati, adi = await two_administrators(signed_in)
    title = parse_article(repository_texts(TextKind.ARTICLE)["jkm-what"], "jkm-what").title
    await wati.post("/artikel/jkm-what/tarik", words="aturannya berubah")
    for _ in range(100):
        page = (await wati.get("/artikel/jkm-what")).text
        if "Tidak tayang" in page:
            break
        await asyncio.sleep(0.02)
    assert f"<h1>{title}</h1>" in page
    listed = (await adi.get("/artikel?status=withdrawn")).text
    assert "1 artikel" in listed
    assert "Ditarik" in listed
    assert 'action="/desk/artikel/jkm-what/1/pulihkan"' in page
    assert 'action="/desk/artikel/jkm-what/0/pulihkan"' in page
    assert (await adi.post("/artikel/jkm-what/0/pulihkan", words="ternyata benar")).status_code == 303
    assert (await wati.post("/artikel/jkm-what/2/setujui")).status_code == 303
    assert "Rp42.000.000" in await live(adi, "jkm-what")
    assert (await adi.post("/artikel/jkm-what/99/pulihkan", words="tidak ada")).status_code == 404
    assert "0 artikel" in (await adi.get("/artikel?status=withdrawn")).text


async def test_refused_with_a_sentence(signed_in: SignIn) -> None:
    wati, adi = await two_administrators(signed_in)
    await wati.post("/artikel/baru", **form())
    assert (await adi.post(f"/artikel/{SLUG}/1/tolak", words="")).status_code == 409
    assert (await adi.post(f"/artikel/{SLUG}/1/tolak", words="sumbernya kurang")).status_code == 303
    assert "sumbernya kurang" in (await wati.get(f"/artikel/{SLUG}")).text
    assert (await adi.post(f"/artikel/{SLUG}/1/setujui")).status_code == 409


async def test_a_question_begins_an_article_or_joins_one(signed_in: SignIn) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    assert "kok saldo saya hilang" in (await wati.get("/artikel/baru?tanya=kok+saldo+saya+hilang")).text
    joined = (await wati.get("/artikel/bpu-dues/sunting?tanya=bayar+berapa+ya+kak")).text
    assert "\nbayar berapa ya kak</textarea>" in joined
    assert (await wati.get("/artikel/tidak-ada/sunting")).status_code == 404


async def test_the_difference_of_two_versions(signed_in: SignIn) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    await wati.post("/artikel/baru", **form(do="simpan"))
    await wati.post(f"/artikel/{SLUG}/sunting", **form(based_on="1", sources="PP 82/2019", do="simpan"))
    page = (await wati.get(f"/artikel/{SLUG}/beda?dari=1&ke=2")).text
    assert "<del>  - PP 44/2015</del>" in page
    assert "<ins>  - PP 82/2019</ins>" in page
    assert (await wati.get(f"/artikel/{SLUG}/beda?dari=1&ke=99")).status_code == 404


async def test_the_form_keeps_an_article_of_the_repository_whole(signed_in: SignIn, database: Database) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    page = (await wati.get("/artikel/bpu-dues/sunting")).text
    areas = dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL))
    fields = {name: html.unescape(text) for name, text in areas.items()}
    dates = {"valid_from": "2015-07-01", "reviewed_on": "2026-11-21"}
    kept = form(title="Iuran BPU per bulan", programme="", do="simpan", **dates, **fields)
    assert (await wati.post("/artikel/bpu-dues/sunting", **kept)).status_code == 303
    async with database.sessions() as session:
        revision = (await session.scalars(select(Revision))).one()
    assert parse_article(revision.text, "bpu-dues") == Library.load().get("bpu-dues")
