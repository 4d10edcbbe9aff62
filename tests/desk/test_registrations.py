"""Registrations at the desk: masked, opened for a reason, accepted, one thing asked again, the recap."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.services import Services
from dialogs.enrolment_items import items_of
from dialogs.ports import NewMembership, Purpose
from dialogs.registrations import NewRegistration, RegistrationKind
from social_security.programmes import Programme, Scheme, Segment
from social_security.working_days import add_working_days
from storage.case import StoredCase
from storage.database import Database
from storage.memberships import keep_membership
from storage.models import Contact, Conversation, Membership, Message, Registration, RegistrationItem
from storage.periods import periods_of
from storage.spreadsheets import lines_of
from tests.conftest import Clock
from tests.desk.working import SignIn, Waiting, audited, said
from tests.forms.pictures import jpeg

NIK = "3216" + "0552" + "0390" + "0007"
KK = "3216" + "0501" + "0118" + "0009"
CHILD = "3216" + "0512" + "0515" + "0003"
PHONE = "+62" + "81234567890"
PERSON = {"name": "=Siti Aminah", "born": "1990-03-12", "address": "Jl. Melati 5, Bekasi", "phone": PHONE}
DETAILS: dict[RegistrationKind, dict[str, Any]] = {
    RegistrationKind.BPU: {**PERSON, "occupation": "ojol", "income": 2_500_000, "programmes": ["JKK", "JKM"]},
    RegistrationKind.FAMILY: {
        **PERSON,
        "care_class": "3",
        "members": [{"name": "Dodi Santoso", "born": "2015-05-12", "relation": "child"}],
    },
}
GIVEN: dict[RegistrationKind, dict[str, Any]] = {
    RegistrationKind.BPU: {"nik": NIK, "ktp": jpeg()},
    RegistrationKind.FAMILY: {"nik": NIK, "kk": KK, "nik_1": CHILD, "ktp": jpeg(), "kk_photo": jpeg()},
}
Files = Callable[..., Awaitable[str]]


@pytest.fixture
def files(
    waiting: Waiting, database: Database, services: Services, clock: Clock, web_address: str, http: httpx.AsyncClient
) -> Files:
    """A participant files a registration and sends its form; gives the number."""

    async def file(kind: RegistrationKind = RegistrationKind.BPU, *, sent: bool = True) -> str:
        id_ = await waiting(reason=None)
        async with database.transaction() as session:
            conversation = await session.get_one(Conversation, id_)
            contact = await session.get_one(Contact, conversation.contact_id)
            message = (await session.scalars(select(Message.id).where(Message.conversation_id == id_))).one()
            case = StoredCase(session, database.vault, conversation, contact, message, clock(), web_address)
            await case.give_consent(Purpose.REGISTRATION, "registration-2026-11")
            items = items_of(kind, DETAILS[kind].get("members", ()))
            new = NewRegistration(kind, DETAILS[kind], items, 16_800, add_working_days(clock().date(), 2))
            link = await case.file_registration(new)
        if sent:
            assert "Formulir terkirim" in (await fill(http, link.address, **GIVEN[kind])).text
        return link.number

    return file


async def fill(http: httpx.AsyncClient, address: str, **given: Any) -> httpx.Response:
    numbers = {name: value for name, value in given.items() if isinstance(value, str)}
    pictures = {name: ("foto.jpg", value, "image/jpeg") for name, value in given.items() if isinstance(value, bytes)}
    return await http.post(address, data=numbers, files=pictures or {"none": ("", b"")})


async def conversation_with(database: Database, number: str) -> int:
    async with database.sessions() as session:
        found = select(Registration.conversation_id).where(Registration.number == number)
        return (await session.scalars(found)).one()


async def test_the_queue_and_the_form_are_masked(signed_in: SignIn, files: Files, database: Database) -> None:
    budi, number = await signed_in(), await files()
    for path in ("/pendaftaran", f"/pendaftaran/{number}"):
        page = (await budi.get(path)).text
        assert number in page
        assert "Perlu diperiksa" in page
        for secret in ("Aminah", NIK, PHONE, "Melati", "1990-03-12"):
            assert secret not in page
    assert "Rp2.500.000" in (await budi.get(f"/pendaftaran/{number}")).text
    assert (await budi.get("/pendaftaran/PF-XXXXXX")).status_code == 404
    assert await audited(database, "registration_opened") == []


async def test_opening_needs_a_reason_is_shown_once_and_written_down(
    signed_in: SignIn, files: Files, database: Database
) -> None:
    budi, number = await signed_in(), await files()
    assert (await budi.post(f"/pendaftaran/{number}/buka", reason=" ")).status_code == 422
    opened = await budi.post(f"/pendaftaran/{number}/buka", reason="mengisi formulir BPJS")
    for secret in ("Siti Aminah", NIK, PHONE, "Melati", "1990-03-12"):
        assert secret in opened.text
    assert opened.headers["cache-control"] == "no-store"
    assert NIK not in (await budi.get(f"/pendaftaran/{number}")).text
    (entry,) = await audited(database, "registration_opened")
    assert entry.detail == {"reason": "mengisi formulir BPJS"}
    assert (await budi.http.post(f"/desk/pendaftaran/{number}/buka", data={"reason": "x"})).status_code == 403


async def test_a_document_is_opened_for_a_reason(signed_in: SignIn, files: Files, database: Database) -> None:
    budi, number = await signed_in(), await files()
    assert (await budi.post(f"/pendaftaran/{number}/dokumen/ktp", reason="")).status_code == 422
    opened = await budi.post(f"/pendaftaran/{number}/dokumen/ktp", reason="memeriksa KTP")
    assert opened.headers["content-type"] == "image/jpeg"
    assert opened.content.startswith(b"\xff\xd8")
    (entry,) = await audited(database, "registration_document")
    assert entry.detail == {"reason": "memeriksa KTP", "item": "ktp"}
    for name in ("nik", "nothing"):
        assert (await budi.post(f"/pendaftaran/{number}/dokumen/{name}", reason="x")).status_code == 404


async def test_accepting_tells_the_participant_once(signed_in: SignIn, files: Files, database: Database) -> None:
    budi, number = await signed_in(), await files()
    assert (await budi.post(f"/pendaftaran/{number}/terima")).status_code == 303
    again = await budi.post(f"/pendaftaran/{number}/terima")
    assert again.status_code == 409
    words = [message.text for message in await said(database, await conversation_with(database, number))]
    assert sum("sudah diperiksa dan lengkap" in each for each in words) == 1
    assert number not in (await budi.get("/pendaftaran")).text
    assert number in (await budi.get("/pendaftaran?status=accepted")).text
    assert len(await audited(database, "registration_accepted")) == 1


@pytest.mark.parametrize(
    ("kind", "programmes", "first_month"),
    [
        (RegistrationKind.BPU, ["JKK", "JKM"], date(2026, 12, 1)),
        (RegistrationKind.FAMILY, ["JKN"], date(2026, 12, 1)),
    ],
)
async def test_an_accepted_registration_begins_the_membership(
    signed_in: SignIn,
    files: Files,
    database: Database,
    kind: RegistrationKind,
    programmes: list[str],
    first_month: date,
) -> None:
    budi, number = await signed_in(), await files(kind)
    await budi.post(f"/pendaftaran/{number}/terima")
    async with database.sessions() as session:
        (begun,) = await session.scalars(select(Membership))
        periods = await periods_of(session, begun.participant_id)
    assert (begun.programmes, begun.first_month) == (programmes, first_month)
    assert periods[0].month == first_month


async def test_a_running_membership_is_left_as_it_is(signed_in: SignIn, files: Files, database: Database) -> None:
    budi, number = await signed_in(), await files()
    async with database.transaction() as session:
        registration = (await session.scalars(select(Registration).where(Registration.number == number))).one()
        known = NewMembership(Scheme.BPJSTK, Segment.BPU, (Programme.JKK,), 10_000, date(2026, 11, 1))
        await keep_membership(session, registration.participant_id, known, date(2026, 11, 20))
    await budi.post(f"/pendaftaran/{number}/terima")
    async with database.sessions() as session:
        (running,) = await session.scalars(select(Membership))
    assert (running.programmes, running.monthly_amount) == (["JKK"], 10_000)


async def test_a_form_not_sent_yet_cannot_be_accepted(signed_in: SignIn, files: Files, database: Database) -> None:
    budi, number = await signed_in(), await files(sent=False)
    assert (await budi.post(f"/pendaftaran/{number}/terima")).status_code == 409
    assert (await budi.post(f"/pendaftaran/{number}/kurang", item="ktp", words="buram")).status_code == 409
    assert await said(database, await conversation_with(database, number)) == []


async def test_only_what_was_unreadable_is_asked_again(
    signed_in: SignIn, files: Files, database: Database, http: httpx.AsyncClient
) -> None:
    budi, number = await signed_in(), await files()
    assert (await budi.post(f"/pendaftaran/{number}/kurang", item="ktp", words="  ")).status_code == 422
    assert (await budi.post(f"/pendaftaran/{number}/kurang", item="foo", words="buram")).status_code == 404
    answer = await budi.post(f"/pendaftaran/{number}/kurang", item="ktp", words="Foto buram, NIK tidak terbaca")
    assert answer.status_code == 303
    told = (await said(database, await conversation_with(database, number)))[-1].text
    assert "Foto KTP" in told
    assert "Foto buram, NIK tidak terbaca" in told
    address = next(word for word in told.split() if "/formulir/" in word)
    path = f"/formulir/{address.rpartition('/')[2]}"
    seen = (await budi.get(f"/percakapan/{await conversation_with(database, number)}")).text
    assert "/formulir/•••" in seen
    assert path not in seen
    assert f'href="/desk/pendaftaran/{number}"' in seen
    form = (await http.get(path)).text
    assert "Foto buram" in form
    assert 'name="ktp"' in form
    assert 'name="nik"' not in form
    await fill(http, path, nik=CHILD)
    async with database.sessions() as session:
        nik = (await session.scalars(select(RegistrationItem).where(RegistrationItem.name == "nik"))).one()
        assert nik.value_hash == database.vault.fingerprint(NIK)
    assert "Formulir terkirim" in (await fill(http, path, ktp=jpeg())).text
    assert "Perlu diperiksa" in (await budi.get(f"/pendaftaran/{number}")).text


async def test_what_was_told_in_chat_can_be_asked_again_on_its_own(
    signed_in: SignIn, files: Files, database: Database, http: httpx.AsyncClient
) -> None:
    budi, number = await signed_in(), await files()
    assert (await budi.post(f"/pendaftaran/{number}/kurang", item="income", words="x")).status_code == 404
    await budi.post(f"/pendaftaran/{number}/kurang", item="born", words="Berbeda dari KTP")
    told = (await said(database, await conversation_with(database, number)))[-1].text
    assert "Tanggal lahir" in told
    path = "/formulir/" + next(word for word in told.split() if "/formulir/" in word).rpartition("/")[2]
    form = (await http.get(path)).text
    assert 'name="born"' in form
    assert 'name="ktp"' not in form
    refused = await fill(http, path, born="17-08-2031")
    assert refused.status_code == 422
    assert "belum tiba" in refused.text
    assert "Formulir terkirim" in (await fill(http, path, born="13-03-1990")).text
    opened = await budi.post(f"/pendaftaran/{number}/buka", reason="memeriksa")
    assert "1990-03-13" in opened.text
    assert NIK in opened.text


async def test_the_same_nik_in_two_registrations_is_noticed(signed_in: SignIn, files: Files) -> None:
    budi, first, second = await signed_in(), await files(), await files()
    assert f"NIK juga ada di {first}" in (await budi.get(f"/pendaftaran/{second}")).text


async def test_the_recap_holds_the_accepted_in_the_order_of_the_form(
    signed_in: SignIn, files: Files, database: Database
) -> None:
    budi, number, other = await signed_in(), await files(RegistrationKind.FAMILY), await files(RegistrationKind.FAMILY)
    await budi.post(f"/pendaftaran/{number}/terima")
    assert (await budi.post("/pendaftaran/rekap/family", reason="")).status_code == 422
    answer = await budi.post("/pendaftaran/rekap/family", reason="diserahkan ke cabang")
    assert answer.headers["content-type"].startswith("text/csv")
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head[:4] == ["Nomor KK", "NIK", "Nama lengkap", "Hubungan"]
    assert [row[:5] for row in rows] == [
        [KK, NIK, "'=Siti Aminah", "Peserta", "1990-03-12"],
        [KK, CHILD, "Dodi Santoso", "Anak", "2015-05-12"],
    ]
    assert other not in answer.text
    assert rows[0][6] == PHONE.replace("+62", "0")
    book = await budi.post("/pendaftaran/rekap/family", reason="diserahkan ke cabang", form="xlsx")
    assert [list(line.cells)[:5] for line in lines_of(book.content)] == [
        ["Nomor KK", "NIK", "Nama lengkap", "Hubungan", head[4]],
        *([*row[:2], row[2].removeprefix("'"), *row[3:5]] for row in rows),
    ]
    entry, _ = await audited(database, "registrations_exported")
    assert entry.detail == {"reason": "diserahkan ke cabang", "rows": 2}
    assert (await budi.post("/pendaftaran/rekap/lain", reason="x")).status_code in {404, 422}
