"""The one-time form over HTTP, as a phone without JavaScript uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.inbound import InboundMessage
from bot.intake import take_in
from bot.services import Services
from dialogs.enrolment_items import items_of
from dialogs.ports import Purpose
from dialogs.registrations import NewRegistration, RegistrationKind
from scheduler.housekeeping import clean_up
from social_security.working_days import add_working_days
from storage.case import StoredCase
from storage.database import Database
from storage.models import (
    Contact,
    Conversation,
    FormLink,
    Message,
    Registration,
    RegistrationEvent,
    RegistrationItem,
)
from storage.my_data import withdraw_consent
from storage.registrations import value_of
from tests.conftest import Clock
from tests.forms.pictures import PDF, PLACE, jpeg

NIK = "3216" + "0552" + "0390" + "0007"
OTHER_DATE = "3216" + "0501" + "0190" + "0007"
DAY_72 = "3216" + "0572" + "0390" + "0007"
KK = "3216" + "0501" + "0118" + "0009"
DETAILS: dict[RegistrationKind, dict[str, Any]] = {
    RegistrationKind.BPU: {"name": "Siti Aminah", "born": "1990-03-12", "address": "Bekasi", "phone": "+62812"},
    RegistrationKind.FAMILY: {
        "name": "Siti Aminah",
        "born": "1990-03-12",
        "members": [{"name": "Dodi Santoso", "born": "2015-05-12", "relation": "child"}],
    },
}


@dataclass
class Phone:
    """Somebody's browser with the link of their registration."""

    http: httpx.AsyncClient
    path: str
    number: str

    async def open(self) -> httpx.Response:
        return await self.http.get(self.path)

    async def send(self, action: str = "send", **given: Any) -> httpx.Response:
        """Send the form as browsers do; bytes are files, named by the key with what follows `__` as their ending."""
        fields = {name: value for name, value in given.items() if isinstance(value, str)}
        files = {
            name.partition("__")[0]: (f"foto.{name.partition('__')[2] or 'jpg'}", value, "image/jpeg")
            for name, value in given.items()
            if isinstance(value, bytes)
        }
        nothing = {"unused": ("", b"", "application/octet-stream")}
        return await self.http.post(self.path, data={"action": action, **fields}, files=files or nothing)


Registers = Callable[..., Awaitable[Phone]]


@pytest.fixture
async def registers(web_address: str, database: Database, services: Services, clock: Clock) -> AsyncIterator[Registers]:
    """Files a registration by chat's own storage; gives a phone with its link."""
    async with httpx.AsyncClient(base_url=web_address) as http:

        async def register(kind: RegistrationKind = RegistrationKind.BPU, visitor: str = "v-1") -> Phone:
            taken = await take_in(database, services.queue, InboundMessage("web", f"m-{visitor}", visitor), clock())
            async with database.transaction() as session:
                conversation = await session.get_one(Conversation, taken.conversation_id)
                contact = await session.get_one(Contact, conversation.contact_id)
                message_id = (await session.scalars(select(Message.id).limit(1))).one()
                case = StoredCase(session, database.vault, conversation, contact, message_id, clock(), web_address)
                await case.give_consent(Purpose.REGISTRATION, "registration-2026-11")
                details = DETAILS[kind]
                items = items_of(kind, details.get("members", ()))
                promised_on = add_working_days(clock().date(), 2)
                link = await case.file_registration(NewRegistration(kind, details, items, 16_800, promised_on))
            return Phone(http, link.address.removeprefix(web_address), link.number)

        yield register


async def rows(database: Database) -> tuple[Registration, dict[str, RegistrationItem]]:
    async with database.sessions() as session:
        registration = (await session.scalars(select(Registration).order_by(Registration.id))).first()
        assert registration
        items = await session.scalars(
            select(RegistrationItem).where(RegistrationItem.registration_id == registration.id)
        )
        return registration, {item.name: item for item in items}


async def told(database: Database) -> list[str]:
    async with database.sessions() as session:
        said = select(Message.text).where(Message.direction == "out").order_by(Message.id)
        return list(await session.scalars(said))


async def test_a_form_is_filled_in_and_filed_and_the_chat_says_so(registers: Registers, database: Database) -> None:
    phone = await registers()
    page = await phone.open()
    assert page.status_code == 200
    assert phone.number in page.text
    assert "<script" not in page.text
    assert "no-store" in page.headers["cache-control"]
    sent = await phone.send(nik=NIK, ktp=jpeg())
    assert "Formulir terkirim" in sent.text
    registration, items = await rows(database)
    assert registration.state == "filed"
    async with database.sessions() as session:
        nik = await session.get_one(RegistrationItem, items["nik"].id)
        ktp = await session.get_one(RegistrationItem, items["ktp"].id)
        assert await value_of(session, database.vault, nik) == NIK.encode()
        assert PLACE not in (await value_of(session, database.vault, ktp) or b"")
        assert NIK.encode() not in (nik.value_sealed or b"")
    assert items["nik"].value_hash == database.vault.fingerprint(NIK)
    assert items["nik"].warning is None
    (words,) = await told(database)
    assert phone.number in words
    assert "Selasa, 24 November 2026" in words
    assert NIK not in words


async def test_a_link_works_once(registers: Registers, database: Database) -> None:
    phone = await registers()
    await phone.send(nik=NIK, ktp=jpeg())
    for again in (await phone.open(), await phone.send(nik=OTHER_DATE, ktp=jpeg())):
        assert again.status_code == 410
        assert "sudah dikirim" in again.text
        assert "Siti" not in again.text
    assert (await rows(database))[1]["nik"].value_hash == database.vault.fingerprint(NIK)


async def test_a_link_ends_after_half_an_hour_and_a_new_one_goes_to_the_chat_only(
    registers: Registers, clock: Clock, database: Database, web_address: str
) -> None:
    phone = await registers()
    clock.move(timedelta(minutes=29, seconds=59))
    assert (await phone.open()).status_code == 200
    clock.move(timedelta(seconds=1))
    ended = await phone.open()
    assert ended.status_code == 410
    assert "Kirim tautan baru ke chat saya" in ended.text
    assert (await phone.send(nik=NIK, ktp=jpeg())).status_code == 410
    assert (await rows(database))[0].state == "waiting_form"
    renewed = await phone.http.post(f"{phone.path}/baru")
    assert "Lihat chat" in renewed.text
    assert "/formulir/" not in renewed.text
    (words,) = await told(database)
    path = next(word for word in words.split() if "/formulir/" in word).partition("/formulir/")[2]
    assert (await phone.http.get(f"/formulir/{path}")).status_code == 200
    assert "Lihat chat" in (await phone.http.post(f"{phone.path}/baru")).text
    assert len(await told(database)) == 1


async def test_a_foreign_link_opens_nothing(registers: Registers) -> None:
    phone = await registers()
    for path in ("/formulir/" + "x" * 43, "/formulir/%00", f"{phone.path}x"):
        answer = await phone.http.get(path)
        assert answer.status_code == 404
        assert "tidak dikenal" in answer.text
        assert phone.number not in answer.text
    assert (await phone.http.post("/formulir/" + "x" * 43, data={"nik": NIK})).status_code == 404
    assert (await phone.http.post(f"{phone.path}/baru")).status_code == 404


async def test_another_site_cannot_send_it(registers: Registers, database: Database) -> None:
    phone = await registers()
    answer = await phone.http.post(phone.path, data={"nik": NIK}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert (await rows(database))[1]["nik"].given_at is None


async def test_only_the_hash_of_a_link_is_kept(registers: Registers, database: Database) -> None:
    phone = await registers()
    async with database.sessions() as session:
        (link,) = await session.scalars(select(FormLink))
    assert phone.path.rpartition("/")[2].encode() not in link.token_hash


async def test_what_was_right_stays_when_something_else_was_wrong(registers: Registers, database: Database) -> None:
    phone = await registers()
    first = await phone.send(nik=NIK[:15], ktp=jpeg())
    assert first.status_code == 422
    assert "yang ditulis 15 angka" in first.text
    assert "Sudah tersimpan" in first.text
    assert NIK[:15] not in first.text
    assert "Sudah tersimpan" in (await phone.open()).text
    assert "Formulir terkirim" in (await phone.send(nik=f"{NIK[:4]} {NIK[4:10]} {NIK[10:]}")).text
    assert (await rows(database))[0].state == "filed"


async def test_saving_keeps_and_does_not_send(registers: Registers, database: Database) -> None:
    phone = await registers()
    saved = await phone.send("save", nik=NIK)
    assert saved.status_code == 200
    assert "Sudah tersimpan" in saved.text
    assert NIK not in saved.text
    await phone.send("save", ktp=jpeg())
    assert (await rows(database))[0].state == "waiting_form"
    assert "Formulir terkirim" in (await phone.send()).text


@pytest.mark.parametrize(
    ("digits", "warning", "words"),
    [(DAY_72, "birth_date", "tidak lazim"), (OTHER_DATE, "mismatch", "berbeda dari yang ditulis di chat")],
)
async def test_an_odd_nik_warns_once_and_never_blocks(
    registers: Registers, database: Database, digits: str, warning: str, words: str
) -> None:
    phone = await registers()
    warned = await phone.send(nik=digits, ktp=jpeg())
    assert warned.status_code == 200
    assert words in warned.text
    assert (await rows(database))[0].state == "waiting_form"
    assert "Formulir terkirim" in (await phone.send(confirmed="yes")).text
    registration, items = await rows(database)
    assert (registration.state, items["nik"].warning) == ("filed", warning)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (jpeg(1, 1), "terlalu kecil"),
        (b"bukan foto sama sekali", "bukan foto"),
        (jpeg(cut=True), "rusak atau terpotong"),
        (jpeg() + bytes(6 * 1024 * 1024), "lebih dari 5 MB"),
        (b"\xff" * (22 * 1024 * 1024), "satu per satu"),
    ],
)
async def test_a_document_that_cannot_be_used_is_explained(
    registers: Registers, database: Database, content: bytes, words: str
) -> None:
    phone = await registers()
    await phone.send("save", nik=NIK)
    answer = await phone.send(ktp=content)
    assert answer.status_code in {413, 422}
    assert words in answer.text
    registration, items = await rows(database)
    assert (registration.state, items["nik"].value_hash) == ("waiting_form", database.vault.fingerprint(NIK))
    assert "Formulir terkirim" in (await phone.send(ktp=jpeg())).text


async def test_a_pdf_named_jpg_is_kept_as_the_pdf_it_is(registers: Registers, database: Database) -> None:
    phone = await registers()
    await phone.send(nik=NIK, ktp__jpg=PDF)
    assert (await rows(database))[1]["ktp"].media_type == "application/pdf"


async def test_a_family_gives_everybody_s_nik_and_the_card(registers: Registers, database: Database) -> None:
    phone = await registers(RegistrationKind.FAMILY)
    page = (await phone.open()).text
    assert "NIK Dodi Santoso" in page
    assert "bila ada" in page
    child = "3216" + "0512" + "0515" + "0003"
    missing = await phone.send(nik=NIK, kk=KK, nik_1=child, ktp=jpeg())
    assert missing.status_code == 422
    assert "Belum ada berkasnya" in missing.text
    assert "Formulir terkirim" in (await phone.send(kk_photo=jpeg())).text
    assert (await rows(database))[1]["savings_book"].given_at is None


async def test_one_nik_belongs_to_one_person(registers: Registers, database: Database) -> None:
    phone = await registers(RegistrationKind.FAMILY)
    answer = await phone.send(nik=NIK, nik_1=NIK)
    assert answer.status_code == 422
    assert "Satu orang satu NIK" in answer.text
    items = (await rows(database))[1]
    assert items["nik"].given_at is not None
    assert items["nik_1"].given_at is None


async def test_one_link_never_touches_another_registration(registers: Registers, database: Database) -> None:
    mine, other = await registers(visitor="v-1"), await registers(visitor="v-2")
    await other.send(nik=NIK, ktp=jpeg())
    registration, items = await rows(database)
    assert registration.number == mine.number
    assert registration.state == "waiting_form"
    assert all(item.given_at is None for item in items.values())


async def whats_left(database: Database) -> list[str]:
    async with database.sessions() as session:
        tables = (Registration, RegistrationItem, RegistrationEvent, FormLink)
        return [table.__name__ for table in tables if (await session.scalars(select(table))).first() is not None]


async def test_withdrawing_consent_deletes_everything_the_form_brought(
    registers: Registers, database: Database, clock: Clock
) -> None:
    phone = await registers()
    await phone.send(nik=NIK, ktp=jpeg())
    async with database.transaction() as session:
        participant_id = (await session.scalars(select(Registration.participant_id))).one()
        await withdraw_consent(session, participant_id, Purpose.REGISTRATION, clock())
    assert await whats_left(database) == []
    assert (await phone.open()).status_code == 404


async def test_a_form_that_never_comes_is_deleted_after_a_month_and_a_sent_one_stays(
    registers: Registers, database: Database, clock: Clock
) -> None:
    await registers(visitor="v-1")
    sent = await registers(visitor="v-2")
    await sent.send(nik=NIK, ktp=jpeg())
    await clean_up(database, clock() + timedelta(days=29))
    assert (await rows(database))[0].state == "waiting_form"
    await clean_up(database, clock() + timedelta(days=31))
    assert (await rows(database))[0].number == sent.number
