"""A new rate at the desk: a form with a date and a source, the row that held ends, live after a second person."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from social_security.regulation_files import MODELS, install_regulations
from storage.database import Database
from storage.models import Revision, Role
from tests.desk.articles_world import two_administrators
from tests.desk.working import Browser, SignIn, number_of

ROW = "/aturan/jkn.yml/baris/pbpu_classes.2"


@pytest.fixture(autouse=True)
def the_repository_holds() -> Iterator[None]:
    """Whatever a test let hold in this process, the repository's files hold again."""
    yield
    install_regulations({})


def rate(**changes: str) -> dict[str, str]:
    """The fields of a right new rate for class 3."""
    return {
        "based_on": "0",
        "valid_from": "2027-01-01",
        "valid_until": "",
        "amount": "Rp50.000",
        "government": "7000",
        "article": "Perpres 1/2027 Ps. 34",
        "source": "JDIH",
        "confidence": "L",
        "confirm": "",
        "why": "iuran naik",
        "do": "ajukan",
        **changes,
    }


async def test_a_new_rate_is_live_from_its_day_after_two(signed_in: SignIn, database: Database) -> None:
    wati, adi = await two_administrators(signed_in)
    listed = (await wati.get("/aturan/jkn.yml")).text
    assert f"/desk{ROW}" in listed
    looked = await wati.post(ROW, **rate(do="periksa"))
    assert looked.status_code == 200
    assert "jawaban berubah" in looked.text
    assert "Rp50.000" in looked.text
    assert await number_of(database, Revision) == 0
    assert (await wati.post(ROW, **rate())).status_code == 303
    assert f"/desk{ROW}" not in (await wati.get("/aturan/jkn.yml")).text
    assert (await wati.get(ROW)).status_code == 303
    assert (await wati.post("/aturan/jkn.yml/1/setujui")).status_code == 409
    assert (await adi.post("/aturan/jkn.yml/1/setujui")).status_code == 303
    rows = await shown_with(adi, "Perpres 1/2027 Ps. 34")
    assert "Kam, 31 Des 2026" in rows
    assert "Jum, 1 Jan 2027" in rows
    assert "Rp42.000" in rows
    assert "Rp50.000" in rows


async def shown_with(browser: Browser, wanted: str) -> str:
    """The table's page, once it shows that."""
    for _ in range(100):
        page = (await browser.get("/aturan/jkn.yml")).text
        if wanted in page and "Versi 1" not in page:
            break
        await asyncio.sleep(0.02)
    return page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"valid_from": ""}, "masih kosong"),
        ({"valid_from": "besok"}, "Tulis tanggal"),
        ({"valid_from": "2020-01-01"}, "sesudah tanggal mulai nilai yang sekarang"),
        ({"valid_until": "2026-12-31"}, "mendahului"),
        ({"amount": "lima puluh ribu"}, "Tulis angka bulat"),
        ({"amount": ""}, "angka bulat"),
        ({"amount": "-5"}, "tidak boleh kurang"),
        ({"amount": "50_000"}, "Tulis angka bulat"),
        ({"government": "60000"}, "Bagian pemerintah harus kurang"),
        ({"valid_from": "9999-12-31"}, "terlalu jauh"),
        ({"valid_until": "2999-01-01"}, "terlalu jauh"),
        ({"article": " "}, "masih kosong"),
        ({"source": ""}, "masih kosong"),
        ({"confidence": "pasti"}, "masih kosong"),
        ({"confidence": "M"}, "butuh keterangan"),
    ],
)
async def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(
    signed_in: SignIn, database: Database, changes: dict[str, str], told: str
) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    refused = await wati.post(ROW, **rate(**changes))
    assert refused.status_code == 422
    field = next(iter(changes))
    at = re.findall(rf'data-mistakes="{field}">(.*?)</div>', refused.text, re.DOTALL)
    assert told in html.unescape(at[0])
    assert 'value="iuran naik"' in refused.text
    assert await number_of(database, Revision) == 0


async def test_an_uncertain_rate_says_what_to_confirm(signed_in: SignIn, database: Database) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    sent = await wati.post(ROW, **rate(confidence="M", confirm="jkn_arrears_bill"))
    assert sent.status_code == 303
    assert await number_of(database, Revision) == 1


@pytest.mark.parametrize("name", MODELS)
async def test_every_row_that_holds_has_a_form(signed_in: SignIn, name: str) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    listed = (await wati.get(f"/aturan/{name}")).text
    for row in re.findall(r'href="/desk(/aturan/[^"]+/baris/[^"]+)"', listed):
        form = await wati.get(row)
        assert form.status_code == 200, row
        assert 'name="valid_from"' in form.text


async def test_who_was_overtaken_sees_both_texts(signed_in: SignIn, database: Database) -> None:
    wati, adi = await two_administrators(signed_in)
    assert (await wati.post(ROW, **rate())).status_code == 303
    late = await adi.post(ROW, **rate(amount="60000"))
    assert late.status_code == 409
    assert "60000" in late.text
    assert await number_of(database, Revision) == 1


@pytest.mark.parametrize("row", ["pbpu_classes.9", "pbpu_classes", "pbpu_classes.2.amount", "%20"])
async def test_a_row_we_do_not_have(signed_in: SignIn, row: str) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    assert (await wati.get(f"/aturan/jkn.yml/baris/{row}")).status_code == 404
    assert (await wati.post(f"/aturan/jkn.yml/baris/{row}", **rate())).status_code == 404


async def test_an_agent_writes_no_rates(signed_in: SignIn) -> None:
    agent = await signed_in("Sari", Role.AGENT)
    assert (await agent.get(ROW)).status_code == 403
    assert (await agent.post(ROW, **rate())).status_code == 403


async def test_a_text_that_waits_for_its_time_is_not_overtaken(signed_in: SignIn, database: Database) -> None:
    wati, adi = await two_administrators(signed_in)
    await wati.post(ROW, **rate())
    assert (await adi.post("/aturan/jkn.yml/1/setujui", at="2026-12-01T08:00")).status_code == 303
    assert f"/desk{ROW}" not in (await wati.get("/aturan/jkn.yml")).text
    assert (await wati.get(ROW)).status_code == 303
    assert (await wati.post(ROW, **rate(amount="51000"))).status_code == 409
    assert await number_of(database, Revision) == 1


async def test_the_next_rate_stands_upon_what_was_approved_and_not_on_what_was_refused(
    signed_in: SignIn, database: Database
) -> None:
    wati, adi = await two_administrators(signed_in)
    await wati.post(ROW, **rate())
    await adi.post("/aturan/jkn.yml/1/setujui")
    second = "/aturan/jkn.yml/baris/pbpu_classes.1"
    refused = rate(based_on="1", amount="111111", government="0")
    assert (await wati.post(second, **refused)).status_code == 303
    assert (await adi.post("/aturan/jkn.yml/2/tolak", words="angkanya salah")).status_code == 303
    assert (await wati.get(second)).status_code == 200
    assert (await wati.post(second, **rate(based_on="2", amount="110.000", government="0"))).status_code == 303
    async with database.sessions() as session:
        texts = list(await session.scalars(select(Revision.text).order_by(Revision.number)))
    assert "amount: 50000" in texts[2]
    assert "amount: 110000" in texts[2]
    assert "111111" not in texts[2]


async def test_a_row_like_the_one_that_holds_is_no_new_rate(signed_in: SignIn, database: Database) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    refused = await wati.post(ROW, **rate(amount="42000"))
    assert refused.status_code == 422
    assert "Tidak ada nilai yang berubah" in refused.text
    assert await number_of(database, Revision) == 0


async def test_the_second_person_sees_what_changes_when_the_rate_begins(signed_in: SignIn) -> None:
    wati, adi = await two_administrators(signed_in)
    await wati.post(ROW, **rate(valid_from="2027-03-01"))
    shown = (await adi.get("/aturan/jkn.yml")).text
    assert "Iuran kelas III" in shown
    assert "Sen, 1 Mar 2027" in shown


async def test_the_day_after_a_rate_ends_is_shown_before_it_is_proposed(signed_in: SignIn) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    looked = (await wati.post(ROW, **rate(valid_until="2027-06-30", do="periksa"))).text
    assert "Kam, 1 Jul 2027" in looked
    assert "Tidak dijawab." in looked


@pytest.mark.parametrize("percent", ["-1", "150", "1e400", "1_0"])
async def test_a_percentage_that_cannot_be_is_refused(signed_in: SignIn, percent: str) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    fields = rate(employer_percent=percent, worker_percent="1", do="periksa")
    assert (await wati.post("/aturan/jkn.yml/baris/ppu_rates.0", **fields)).status_code == 422


async def test_the_ceiling_of_jp_that_is_new_every_march_has_a_form(signed_in: SignIn) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    listed = (await wati.get("/aturan/pu.yml")).text
    row = re.findall(r"/desk(/aturan/pu.yml/baris/jp_ceilings.\d+)", listed)[-1]
    sent = await wati.post(row, **rate(valid_from="2027-03-01", valid_until="2028-02-29", ceiling="11.600.000"))
    assert sent.status_code == 303
