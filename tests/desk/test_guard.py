"""What is refused: a missing token, a wrong role, a number that is not there. Each is written down."""

from __future__ import annotations

import httpx
import pytest

from bot.inbound import InboundFile
from storage.database import Database
from storage.models import Invitation, Role
from tests.desk.working import SignIn, Waiting, audited, conversation_of, file_in, number_of, said

PICTURE = InboundFile("ktp.png", "image/png", b"\x89PNG\r\n\x1a\n rahasia")


@pytest.mark.parametrize("token", [None, "", "salah", "é"])
async def test_without_its_token_a_form_changes_nothing(
    signed_in: SignIn, waiting: Waiting, database: Database, token: str | None
) -> None:
    budi, id_ = await signed_in(), await waiting()
    fields = {} if token is None else {"csrf": token}
    answer = await budi.http.post(f"/desk/percakapan/{id_}/ambil-alih", data=fields)
    assert answer.status_code == 403
    assert "Muat ulang halamannya" in answer.text
    assert (await conversation_of(database, id_)).holder == "waiting"
    assert await said(database, id_) == []
    entry = (await audited(database, "refused_csrf"))[0]
    assert (entry.staff_id, entry.subject) == (budi.staff_id, f"POST /desk/percakapan/{id_}/ambil-alih")


async def test_a_token_of_another_session_is_refused(signed_in: SignIn, waiting: Waiting) -> None:
    budi, dewi, id_ = await signed_in("Budi"), await signed_in("Dewi"), await waiting()
    answer = await budi.http.post(f"/desk/percakapan/{id_}/ambil-alih", data={"csrf": dewi.csrf})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/petugas", "/catatan-audit", "/pertanyaan"])
async def test_administrators_pages_are_closed_to_agents(signed_in: SignIn, database: Database, path: str) -> None:
    budi, sari = await signed_in("Budi"), await signed_in("Sari", Role.ADMINISTRATOR)
    refused = await budi.get(path)
    assert refused.status_code == 403
    assert "Khusus administrator" in refused.text
    assert (await sari.get(path)).status_code == 200
    assert [entry.staff_id for entry in await audited(database, "refused_role")] == [budi.staff_id]


async def test_an_agent_cannot_invite(signed_in: SignIn, database: Database) -> None:
    budi = await signed_in()
    assert (await budi.post("/petugas/undang", role="administrator")).status_code == 403
    assert (await budi.post(f"/petugas/{budi.staff_id}/tutup")).status_code == 403
    assert await number_of(database, Invitation) == 0


async def test_an_administrator_gets_the_link_of_an_invitation_once(
    signed_in: SignIn, database: Database, http: httpx.AsyncClient
) -> None:
    sari = await signed_in("Sari", Role.ADMINISTRATOR)
    made = await sari.post("/petugas/undang", role="agent")
    link = made.text.split('readonly value="')[1].split('"')[0]
    assert link not in (await sari.get("/petugas")).text
    accepted = await http.post(link, data={"name": "Eka", "email": "eka@contoh.id", "password": "hujan bulan juni"})
    assert accepted.status_code == 303
    assert (await http.get("/desk/petugas")).status_code == 403


@pytest.mark.parametrize("number", ["999999", "9" * 30])
@pytest.mark.parametrize("tail", ["", "/isi", "/kabar", "/berkas/1"])
async def test_a_conversation_that_is_not_there(signed_in: SignIn, database: Database, number: str, tail: str) -> None:
    budi = await signed_in()
    answer = await budi.get(f"/percakapan/{number}{tail}")
    assert answer.status_code == 404
    assert "Tidak ditemukan" in answer.text
    assert len(await audited(database, "refused_unknown")) == 1


@pytest.mark.parametrize("path", ["/percakapan/abc", "/apa/saja", "/pengaduan/PD-XXXXXX", "/pengaduan/%00"])
async def test_an_address_that_leads_nowhere(signed_in: SignIn, path: str) -> None:
    assert (await (await signed_in()).get(path)).status_code == 404


async def test_a_file_is_found_in_its_own_conversation_only(
    signed_in: SignIn, waiting: Waiting, database: Database
) -> None:
    budi, other, id_ = await signed_in(), await waiting(), await waiting(files=(PICTURE,))
    file_id = await file_in(database, id_)
    assert (await budi.get(f"/percakapan/{other}/berkas/{file_id}")).status_code == 404
    assert len(await audited(database, "refused_unknown")) == 1
    assert await audited(database, "file_viewed") == []


async def test_a_file_is_opened_for_a_look_that_is_written_down(
    signed_in: SignIn, waiting: Waiting, database: Database
) -> None:
    budi, id_ = await signed_in(), await waiting(files=(PICTURE,))
    file_id = await file_in(database, id_)
    seen = await budi.get(f"/percakapan/{id_}/berkas/{file_id}")
    assert seen.content == PICTURE.content
    assert seen.headers["content-type"] == "image/png"
    assert seen.headers["x-content-type-options"] == "nosniff"
    assert seen.headers["content-disposition"].startswith("inline")
    kept = await budi.get(f"/percakapan/{id_}/berkas/{file_id}?unduh=1")
    assert kept.headers["content-disposition"] == "attachment; filename*=UTF-8''ktp.png"
    entries = await audited(database, "file_viewed")
    assert [(entry.staff_id, entry.subject) for entry in entries] == [(budi.staff_id, f"file {file_id}")] * 2


async def test_a_file_that_could_run_is_never_shown_in_the_page(
    signed_in: SignIn, waiting: Waiting, database: Database
) -> None:
    script = InboundFile('"><script>.html', "text/html", b"<script>alert(1)</script>")
    budi, id_ = await signed_in(), await waiting(files=(script,))
    answer = await budi.get(f"/percakapan/{id_}/berkas/{await file_in(database, id_)}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_nobody_sees_anything_before_signing_in(http: httpx.AsyncClient, waiting: Waiting) -> None:
    id_ = await waiting()
    for path in ("", "/rak", f"/percakapan/{id_}", "/pengaduan", "/prospek", "/pengingat", "/petugas", "/apa/saja"):
        answer = await http.get(f"/desk{path}")
        assert (answer.status_code, answer.text) == (303, "")
    live = await http.get(f"/desk/percakapan/{id_}/kabar", headers={"Accept": "text/event-stream"})
    assert live.status_code == 401
