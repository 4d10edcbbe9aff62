"""Coming in: by invitation once, by password a few times, for twelve hours."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import httpx
from sqlalchemy import select

from bot.services import Services
from storage.database import Database
from storage.models import Invitation, Role, Staff, StaffSession
from storage.staff import any_staff, disable_staff, find_staff, invite, set_password
from tests.conftest import Clock
from tests.desk.working import PASSWORD, SignIn, Waiting, audited, conversation_of, number_of

DEWI = {"name": "Dewi", "email": "dewi@contoh.id", "password": PASSWORD}


async def invitation(database: Database, clock: Clock, role: Role = Role.ADMINISTRATOR) -> str:
    async with database.transaction() as session:
        return await invite(session, role, clock())


async def test_an_invitation_makes_one_account(http: httpx.AsyncClient, database: Database, clock: Clock) -> None:
    path = f"/desk/undangan/{await invitation(database, clock)}"
    assert "Buat akun Anda" in (await http.get(path)).text
    accepted = await http.post(path, data=DEWI)
    assert (accepted.status_code, accepted.headers["location"]) == (303, "/desk")
    cookie = accepted.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/desk" in cookie
    assert "Dewi" in (await http.get("/desk/petugas")).text

    again = await http.post(path, data=DEWI | {"email": "lain@contoh.id"})
    assert again.status_code == 410
    assert "sudah dipakai" in again.text
    assert await number_of(database, Staff) == 1


async def test_an_invitation_ends_after_a_day(http: httpx.AsyncClient, database: Database, clock: Clock) -> None:
    path = f"/desk/undangan/{await invitation(database, clock)}"
    clock.move(timedelta(hours=24))
    assert "lewat 24 jam" in (await http.get(path)).text
    assert (await http.post(path, data=DEWI)).status_code == 410
    async with database.sessions() as session:
        assert not await any_staff(session)


async def test_while_nobody_works_here_only_the_newest_invitation_holds(
    http: httpx.AsyncClient, database: Database, clock: Clock
) -> None:
    first, second = await invitation(database, clock), await invitation(database, clock)
    assert (await http.get(f"/desk/undangan/{first}")).status_code == 410
    assert (await http.get(f"/desk/undangan/{second}")).status_code == 200
    assert await number_of(database, Invitation) == 1


async def test_what_cannot_be_an_account_is_said_and_the_rest_stays(
    http: httpx.AsyncClient, database: Database, clock: Clock
) -> None:
    path = f"/desk/undangan/{await invitation(database, clock)}"
    for wrong, words in (
        ({"password": "pendek"}, "minimal 10"),
        ({"email": "bukan alamat"}, "belum lengkap"),
        ({"name": "\x00  "}, "Tulis nama"),
    ):
        answer = await http.post(path, data=DEWI | wrong)
        assert answer.status_code == 422
        assert words in answer.text
        assert PASSWORD not in answer.text
    assert (await http.post(path, data=DEWI)).status_code == 303


async def test_a_wrong_password_and_an_unknown_email_look_the_same(http: httpx.AsyncClient, signed_in: SignIn) -> None:
    await signed_in("Budi")
    wrong = await http.post("/desk/masuk", data={"email": "budi@contoh.id", "password": "salah sekali"})
    unknown = await http.post("/desk/masuk", data={"email": "siapa@contoh.id", "password": "salah sekali"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("budi", "siapa") == unknown.text
    assert "set-cookie" not in wrong.headers


async def test_after_five_failures_the_account_rests_a_quarter_of_an_hour(
    http: httpx.AsyncClient, signed_in: SignIn, clock: Clock
) -> None:
    await signed_in("Budi")
    statuses = [
        (await http.post("/desk/masuk", data={"email": "Budi@contoh.id", "password": "salah sekali"})).status_code
        for _ in range(6)
    ]
    assert statuses == [401] * 5 + [429]
    right = {"email": "budi@contoh.id", "password": PASSWORD}
    refused = await http.post("/desk/masuk", data=right)
    assert "Tunggu 15 menit" in refused.text
    clock.move(timedelta(minutes=15))
    assert (await http.post("/desk/masuk", data=right)).status_code == 303


async def test_twenty_failures_from_one_address_stop_it_for_every_account(
    http: httpx.AsyncClient, signed_in: SignIn
) -> None:
    await signed_in("Budi")
    for number in range(20):
        await http.post("/desk/masuk", data={"email": f"a{number}@contoh.id", "password": "x"})
    answer = await http.post("/desk/masuk", data={"email": "budi@contoh.id", "password": PASSWORD})
    assert answer.status_code == 429


async def test_a_session_ends_twelve_hours_after_the_last_page(signed_in: SignIn, clock: Clock) -> None:
    budi = await signed_in("Budi")
    clock.move(timedelta(hours=11))
    assert (await budi.get("")).status_code == 200
    clock.move(timedelta(hours=11))
    assert (await budi.get("")).status_code == 200
    clock.move(timedelta(hours=12))
    gone = await budi.get("/prospek")
    assert gone.headers["location"] == "/desk/masuk?lanjut=/desk/prospek"


async def test_a_live_page_does_not_keep_the_session(signed_in: SignIn, clock: Clock) -> None:
    budi = await signed_in("Budi")
    clock.move(timedelta(hours=11))
    live = {"X-Desk-Live": "1"}
    assert (await budi.http.get("/desk/rak", headers=live)).status_code == 200
    clock.move(timedelta(hours=1))
    assert (await budi.http.get("/desk/rak", headers=live)).status_code == 401


async def test_only_hashes_of_tokens_are_kept(signed_in: SignIn, database: Database) -> None:
    budi = await signed_in("Budi")
    token = budi.http.cookies["pandu_desk"]
    async with database.sessions() as session:
        kept = (await session.scalars(select(StaffSession.token_hash))).one()
    assert kept == sha256(token.encode()).digest()


async def test_signing_out_ends_the_session(signed_in: SignIn, http: httpx.AsyncClient) -> None:
    budi = await signed_in("Budi")
    token = budi.http.cookies["pandu_desk"]
    assert (await budi.post("/keluar")).status_code == 303
    http.cookies.set("pandu_desk", token, path="/desk")
    assert (await http.get("/desk")).headers["location"].startswith("/desk/masuk")


async def test_a_closed_account_is_out_at_once_and_its_conversations_wait(
    signed_in: SignIn, waiting: Waiting, database: Database, http: httpx.AsyncClient
) -> None:
    sari, budi = await signed_in("Sari", Role.ADMINISTRATOR), await signed_in("Budi")
    held = await waiting()
    await budi.post(f"/percakapan/{held}/ambil-alih")
    assert (await sari.post(f"/petugas/{budi.staff_id}/tutup")).status_code == 303
    assert (await budi.get("")).status_code == 303
    again = await http.post("/desk/masuk", data={"email": "budi@contoh.id", "password": PASSWORD})
    assert again.status_code == 401
    conversation = await conversation_of(database, held)
    assert (conversation.holder, conversation.agent_id) == ("waiting", None)
    assert [entry.subject for entry in await audited(database, "staff_disabled")] == [f"staff {budi.staff_id}"]


async def test_the_last_administrator_stays(signed_in: SignIn, services: Services) -> None:
    sari = await signed_in("Sari", Role.ADMINISTRATOR)
    answer = await sari.post(f"/petugas/{sari.staff_id}/tutup")
    assert answer.status_code == 409
    assert "satu-satunya administrator" in answer.text
    assert (await sari.get("")).status_code == 200


async def test_disabling_is_for_the_command_line_too(signed_in: SignIn, database: Database, clock: Clock) -> None:
    budi = await signed_in("Budi")
    async with database.transaction() as session:
        found = await find_staff(session, " BUDI@contoh.id")
        assert found is not None
        assert await disable_staff(session, found.id, clock()) == []
    assert (await budi.get("")).status_code == 303


async def test_a_new_password_ends_the_old_sessions(
    signed_in: SignIn, database: Database, clock: Clock, http: httpx.AsyncClient
) -> None:
    budi = await signed_in("Budi")
    async with database.transaction() as session:
        await set_password(session, budi.staff_id, "angin darat malam", clock())
    assert (await budi.get("")).status_code == 303
    statuses = [
        (await http.post("/desk/masuk", data={"email": "budi@contoh.id", "password": password})).status_code
        for password in (PASSWORD, "angin darat malam")
    ]
    assert statuses == [401, 303]


async def test_after_signing_in_one_goes_on_inside_the_desk_only(http: httpx.AsyncClient, signed_in: SignIn) -> None:
    await signed_in("Budi")
    right = {"email": "budi@contoh.id", "password": PASSWORD}
    inside = await http.post("/desk/masuk", data=right | {"lanjut": "/desk/prospek"})
    outside = await http.post("/desk/masuk", data=right | {"lanjut": "//jahat.example/desk/"})
    assert [answer.headers["location"] for answer in (inside, outside)] == ["/desk/prospek", "/desk"]


async def test_another_site_cannot_sign_somebody_in(http: httpx.AsyncClient, database: Database) -> None:
    answer = await http.post("/desk/masuk", data={"email": "a@b.id"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "Tidak ada yang diubah" in answer.text
    assert len(await audited(database, "refused_origin")) == 1
