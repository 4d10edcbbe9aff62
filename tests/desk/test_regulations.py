"""Rules at the desk: read by date, proposed as text, every changed answer listed, live after a second person."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Iterator

import pytest

from social_security.regulation_files import MODELS, install_regulations, regulation_text
from storage.database import Database
from storage.models import Revision, Role
from tests.desk.articles_world import two_administrators
from tests.desk.working import Browser, SignIn, number_of

FILE = "facts_bpjstk.yml"


@pytest.fixture(autouse=True)
def the_repository_holds() -> Iterator[None]:
    """Whatever a test let hold in this process, the repository's files hold again."""
    yield
    install_regulations({})


def raised() -> str:
    """The file in which JKM's total is another one."""
    text = regulation_text(FILE)
    assert "jkm_total: {value: 42000000" in text
    return text.replace("jkm_total: {value: 42000000", "jkm_total: {value: 43000000")


async def test_every_file_is_read_by_date(signed_in: SignIn) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    page = (await wati.get("/aturan")).text
    names = re.findall(r"/desk/aturan/(\w+\.yml)", page)
    assert len(names) >= 18
    for name in names:
        assert (await wati.get(f"/aturan/{name}")).status_code == 200
    assert "PP 44/2015 Lampiran II" in (await wati.get("/aturan/bpu.yml")).text
    assert (await wati.get("/aturan/lain.yml")).status_code == 404


async def test_the_form_holds_the_file_exactly(signed_in: SignIn) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    page = (await wati.get(f"/aturan/{FILE}/sunting")).text
    text = re.findall(r'<textarea id="text".*?>(.*?)</textarea>', page, re.DOTALL)[0]
    assert html.unescape(text) == regulation_text(FILE)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("    confidence: V2\n", "\tconfidence: V2\n", "Ada TAB"),
        ("    source: GridStar; radarmukomuko\n", "", "Isian ini belum ada"),
        ("    valid_until: null\n", "    valid_until: 2001-01-01\n", "mendahului"),
        ("groups:\n", "groups:\ngroups:\n", "tertulis dua kali"),
        ("bpu_most_jobs: {value: 2", "bpu_registration_age_below: {value: 2", "bertumpuk"),
    ],
)
async def test_a_mistake_is_told_at_its_line(
    signed_in: SignIn, database: Database, before: str, after: str, told: str
) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    text = regulation_text(FILE).replace(before, after, 1)
    assert text != regulation_text(FILE)
    refused = await wati.post(f"/aturan/{FILE}/sunting", text=text, based_on="0", do="ajukan")
    assert refused.status_code == 422
    assert told in refused.text
    assert re.search(r"baris \d+", refused.text)
    assert await number_of(database, Revision) == 0
    assert told in (await wati.post(f"/aturan/{FILE}/periksa", text=text)).text


async def test_every_answer_that_changes_is_listed_and_live_after_two(signed_in: SignIn, database: Database) -> None:
    wati, adi = await two_administrators(signed_in)
    looked = await wati.post(f"/aturan/{FILE}/sunting", text=raised(), based_on="0", do="periksa")
    assert "jawaban berubah" in looked.text
    assert "Rp43.000.000" in looked.text
    assert await number_of(database, Revision) == 0
    saved = await wati.post(f"/aturan/{FILE}/sunting", text=raised(), based_on="0", do="ajukan", why="PP baru")
    assert saved.status_code == 303
    page = (await adi.get(f"/aturan/{FILE}")).text
    assert "Rp42.000.000" in page
    assert "Rp43.000.000" in page
    assert "Rp43.000.000" not in (await adi.get("/artikel/jkm-what")).text
    assert (await wati.post(f"/aturan/{FILE}/1/setujui")).status_code == 409
    assert (await adi.post(f"/aturan/{FILE}/1/setujui")).status_code == 303
    assert "Rp43.000.000" in await said(adi, "Rp43.000.000")
    assert (await wati.post(f"/aturan/{FILE}/tarik", words="ternyata keliru")).status_code == 303
    assert "Rp42.000.000" in await said(adi, "Rp42.000.000")


async def said(browser: Browser, wanted: str) -> str:
    """The article on JKM, once it says that."""
    for _ in range(100):
        page = (await browser.get("/artikel/jkm-what")).text
        if wanted in page:
            break
        await asyncio.sleep(0.02)
    return page


@pytest.mark.parametrize("name", MODELS)
async def test_every_table_is_read_in_words(signed_in: SignIn, name: str) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    shown = (await wati.get(f"/aturan/{name}")).text
    values = re.findall(r"<dt[^>]*>(.*?)</dt><dd>(.*?)</dd>", shown, re.DOTALL)
    assert not [pair for pair in values if re.search(r"&lt;|None|True|False|frozenset|Decimal", " ".join(pair))]


async def test_rates_stand_in_rows_with_how_well_they_are_known(signed_in: SignIn) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    shown = (await wati.get("/aturan/bpu.yml")).text
    assert "Tarif JKM" in shown
    assert "Rp6.800" in shown
    assert "Keringanan" in shown
    assert "dari ingatan, belum pasti" in shown
