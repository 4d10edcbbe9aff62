"""Forgetting reaches every table and every column: what was planted is found before and nowhere after."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from procrastinate import App
from sqlalchemy import Table, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.misunderstood import as_examples, read_learnt
from bot.inbound import InboundFile, InboundMessage
from bot.intake import take_in
from bot.turn import Assistant, take_turn
from dialogs.catalogue import catalogue
from dialogs.ports import ComplaintState, HandoffReason, NewComplaint, NewLead, NewMembership, Purpose, Urgency
from dialogs.registrations import Item, ItemKind, NewRegistration, RegistrationKind
from dialogs.words import Words
from knowledge_base.library import ARTICLES, Library
from scheduler.housekeeping import clean_up
from social_security.programmes import Programme, Scheme, Segment
from storage.audit import audit
from storage.case import StoredCase
from storage.database import Database
from storage.forgetting import ANONYMISED, GOODBYE_STAYS
from storage.lessons import settle
from storage.models import (
    AuditEntry,
    Base,
    Complaint,
    Contact,
    Conversation,
    Handoff,
    Lead,
    Lesson,
    Message,
    Note,
    Nudge,
    Participant,
    Payment,
    Role,
    Settlement,
    TextKind,
)
from storage.queue import open_queue
from storage.revisions import Proposal, newest_revision, save
from storage.staff import add_staff
from storage.unanswered import clustered
from tests.conftest import Clock
from tests.desk.working import PASSWORD

ADDRESS, OTHER_ADDRESS = "alamat-kanal-mawar", "alamat-kanal-lain"
PLANTED = {
    "name": "Mawarsih Tunggadewi",
    "story": "rahasia penyakit di dusun Karangmawar",
    "place": "Karangmawar Utara",
    "phone": "+62" + "81298765432",
    "file": "foto-mawar.png",
    "note": "catatan tentang bu mawar",
    "reason": "menelepon bu mawar",
    "reference": "TRX-MAWAR-1",
    "address": ADDRESS,
}
#: Tables that hold nothing of a participant.
NOBODYS = {
    "staff",
    "staff_sessions",
    "sign_in_attempts",
    "invitations",
    "key_checks",
    "audit_log",
    "contribution_imports",
    "text_revisions",
}
CARRIERS = {"participants", "contacts", "conversations", "messages"}


class World:
    """One participant who left something in every table, and another who must not be touched."""

    def __init__(self, database: Database, queue: App, clock: Clock) -> None:
        self.database, self.queue, self.clock = database, queue, clock
        self.assistant = Assistant(database, None, catalogue(), Library({}), Words(), clock)
        self.number = 0

    async def say(self, address: str, said: str = "", **more: object) -> str:
        """Write, let the turn be taken, and return what was answered."""
        self.number += 1
        self.clock.move(timedelta(seconds=20))
        name = PLANTED["name"] if address == ADDRESS else "Orang Lain"
        message = InboundMessage("web", f"m-{self.number}", address, said, name, **more)  # type: ignore[arg-type]
        taken = await take_in(self.database, self.queue, message, self.clock())
        await take_turn(self.assistant, taken.conversation_id)
        async with self.database.sessions() as session:
            newest = select(Message.text).where(Message.conversation_id == taken.conversation_id)
            return (await session.scalars(newest.order_by(Message.id.desc()).limit(1))).one()

    async def forget(self) -> str:
        """Ask to be forgotten, in the two steps."""
        await self.say(ADDRESS, "hapus data saya")
        await self.say(ADDRESS, "lanjut hapus")
        return await self.say(ADDRESS, "ya, hapus sekarang")

    async def places_of(self, planted: str) -> list[str]:
        """Every table and column of the database in which a planted value stands, sealed values opened."""
        found = []
        async with self.database.sessions() as session:
            columns = await session.execute(
                text("""
                SELECT table_name, column_name, data_type FROM information_schema.columns
                WHERE table_schema = 'public'
                """)
            )
            for table, column, kind in columns.all():
                cast = "encode({}, 'escape')" if kind == "bytea" else "{}::text"
                shown = cast.format(f'"{column}"')
                hits = await session.scalar(
                    text(f'SELECT count(*) FROM "{table}" WHERE strpos({shown}, :planted) > 0'), {"planted": planted}
                )
                if hits:
                    found.append(f"{table}.{column}")
        return found

    async def rows(self, table: Table) -> int:
        """How many rows a table has."""
        async with self.database.sessions() as session:
            return await session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
async def world(database: Database, database_url: str, clock: Clock) -> World:
    """A participant with everything, and another one."""
    world = World(database, open_queue(database_url), clock)
    for address in (OTHER_ADDRESS, ADDRESS):
        await world.say(address, PLANTED["story"] if address == ADDRESS else "halo, saya orang lain")
        mine = address == ADDRESS
        await world.say(address, PLANTED["place"] if mine else "di sini", phone=PLANTED["phone"] if mine else None)
        picture = InboundFile(PLANTED["file"] if address == ADDRESS else "lain.png", "image/png", b"\x89PNG mawar")
        await world.say(address, files=(picture,))
        await leave_everything(world, address)
    return world


async def leave_everything(world: World, address: str) -> None:
    """Rows in the tables that dialogs and the desk fill."""
    mine, now = address == ADDRESS, world.clock()
    value = PLANTED.__getitem__ if mine else (lambda kind: f"milik orang lain: {kind}")
    async with world.database.transaction() as session:
        contact = (await session.scalars(select(Contact).where(Contact.address == address))).one()
        conversation = (await session.scalars(select(Conversation).where(Conversation.contact_id == contact.id))).one()
        first = select(func.min(Message.id)).where(Message.conversation_id == conversation.id)
        message_id = await session.scalar(first) or 0
        case = StoredCase(session, world.database.vault, conversation, contact, message_id, now)
        for purpose in Purpose:
            await case.give_consent(purpose, "teks-1")
        phone = PLANTED["phone"] if mine else "+62" + "81311112222"
        await case.leave_contact(NewLead(value("name"), phone, Segment.BPU, value("story"), value("place")))
        number = await case.file_complaint(
            NewComplaint(
                Scheme.JKN, "cost", value("story"), value("place"), Urgency.NORMAL, (), date(2026, 12, 1),
                value("place"), value("name"),
            )
        )  # fmt: skip
        await case.add_to_complaint(number, value("story"), ())
        month = date(2026, 11, 1)
        await case.keep_membership(
            NewMembership(Scheme.JKN, Segment.PBPU, (Programme.JKN,), 150_000, month, sponsored=False)
        )
        await case.report_payment(Scheme.JKN, month)
        details = {"name": value("name"), "address": value("place"), "phone": phone}
        items = (Item("nik", ItemKind.NIK), Item("ktp", ItemKind.FILE))
        await case.file_registration(NewRegistration(RegistrationKind.BPU, details, items, 36_800, date(2026, 12, 1)))
        await case.rate_article("jkn-due-date", helped=True)
        await case.request_person(HandoffReason.ASKED)
        await session.flush()
        staff = await add_staff(
            session,
            Role.ADMINISTRATOR,
            name="Wati",
            email=f"wati-{conversation.id}@contoh.id",
            password=PASSWORD,
            now=now,
        )
        await borrow_wording(session, message_id, staff.id, now)
        payment = (await session.scalars(select(Payment).where(Payment.participant_id == contact.participant_id))).one()
        payment.reference = value("reference")
        membership_id = await session.scalar(
            select(Base.metadata.tables["memberships"].c.id).where(
                Base.metadata.tables["memberships"].c.participant_id == contact.participant_id
            )
        )
        await session.execute(
            insert(Nudge).values(
                participant_id=contact.participant_id,
                membership_id=membership_id,
                programme="jkn",
                period=month,
                step="due_day",
                due_on=month,
                send_after=now + timedelta(days=3),
                send_before=now + timedelta(days=4),
                planned_at=now,
            )
        )
        email = f"agen-{conversation.id}@contoh.id"
        staff = await add_staff(session, Role.AGENT, name="Budi", email=email, password=PASSWORD, now=now)
        session.add(Note(conversation_id=conversation.id, staff_id=staff.id, text=value("note")))
        lead = (await session.scalars(select(Lead).where(Lead.participant_id == contact.participant_id))).one()
        audit(session, "unmask", f"lead {lead.id}", staff.id, now, reason=value("reason"))


async def borrow_wording(session: AsyncSession, message_id: int, staff_id: int, now: datetime) -> None:
    """Make the message a way of asking an article, in a draft."""
    said = (await session.get_one(Message, message_id)).text
    text = next(ARTICLES.rglob("bpu-dues.md")).read_text(encoding="utf-8")
    text = text.replace("questions:\n", f"questions:\n  - {said}\n", 1)
    newest = await newest_revision(session, TextKind.ARTICLE, "bpu-dues")
    based_on = newest.number if newest else 0
    await save(session, Proposal(TextKind.ARTICLE, "bpu-dues", "Iuran BPU", text, based_on), staff_id, now)
    await settle(session, [message_id], Settlement.NEW_QUESTION, staff_id, now, article="bpu-dues")


async def test_what_was_planted_is_found_before_and_nowhere_after(world: World) -> None:
    seen = {kind: await world.places_of(value) for kind, value in PLANTED.items() if kind != "phone"}
    assert all(seen.values()), seen
    goodbye = await world.forget()
    assert "sudah dihapus" in goodbye
    for kind, value in PLANTED.items():
        left = await world.places_of(value)
        assert left == (["contacts.address"] if kind == "address" else []), kind
    world.clock.move(GOODBYE_STAYS + timedelta(minutes=1))
    await clean_up(world.database, world.clock())
    assert await world.places_of(ADDRESS) == []
    async with world.database.sessions() as session:
        assert list(await session.scalars(select(Contact.address))) == [OTHER_ADDRESS]
        assert "sudah dihapus" not in " ".join(await session.scalars(select(Message.text)))


async def test_sealed_and_hashed_rows_are_gone_too(world: World) -> None:
    fingerprint = world.database.vault.fingerprint(PLANTED["phone"])
    async with world.database.sessions() as session:
        assert await session.scalar(select(Lead.id).where(Lead.phone_hash == fingerprint))
    await world.forget()
    async with world.database.sessions() as session:
        assert await session.scalar(select(Lead.id).where(Lead.phone_hash == fingerprint)) is None
        sealed = select(func.count()).select_from(Message).where(Message.phone_sealed.is_not(None))
        assert await session.scalar(sealed) == 0


async def test_every_table_is_emptied_or_anonymous_and_the_other_participant_is_untouched(world: World) -> None:
    tables = [table for table in Base.metadata.sorted_tables if table.name not in NOBODYS | CARRIERS]
    before = {table.name: await world.rows(table) for table in tables}
    filled = {name for name, number in before.items() if number}
    await world.forget()
    after = {table.name: await world.rows(table) for table in tables}
    for name in filled:
        assert after[name] == (before[name] if name in ANONYMISED else before[name] / 2), name
    for kind in ("name", "story", "place", "note", "reason", "reference"):
        if kind != "name":
            assert await world.places_of(f"milik orang lain: {kind}"), kind
    other = await world.say(OTHER_ADDRESS, "kasus saya")
    assert "PD-" in other
    assert "KT-" in other


def test_every_table_has_its_place_in_forgetting() -> None:
    """A new table must lead to a participant by its keys, or be named here as nobody's."""
    for table in Base.metadata.sorted_tables:
        reached = {key.column.table.name for key in table.foreign_keys} - {"staff"}
        if table.name not in NOBODYS | {"participants"}:
            assert reached, table.name


async def test_what_stays_carries_no_trace(world: World) -> None:
    await world.forget()
    async with world.database.sessions() as session:
        gone = (await session.scalars(select(Participant).where(Participant.nudges_wanted.is_(False)))).one()
        payment = (await session.scalars(select(Payment).where(Payment.participant_id == gone.id))).one()
        assert (payment.message_id, payment.reference) == (None, None)
        nudge = (await session.scalars(select(Nudge).where(Nudge.participant_id == gone.id))).one()
        assert (nudge.state, nudge.message_id) == ("suppressed", None)
        contacts = select(func.count()).select_from(Contact).where(Contact.participant_id == gone.id)
        assert await session.scalar(contacts) == 0
        done = await session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "forgotten"))
        assert list(done) == [f"participant {gone.id}"]


async def test_who_writes_again_begins_anew_and_is_not_swept_away(world: World) -> None:
    await world.forget()
    again = await world.say(ADDRESS, "kasus saya")
    assert "Belum ada yang berjalan" in again
    world.clock.move(GOODBYE_STAYS + timedelta(minutes=1))
    await clean_up(world.database, world.clock())
    assert await world.places_of(ADDRESS) == ["contacts.address"]
    world.clock.move(timedelta(days=1))
    await clean_up(world.database, world.clock())
    assert "Belum ada yang berjalan" in await world.say(ADDRESS, "kasus saya")


async def test_after_the_sweep_the_next_message_opens_a_new_conversation(world: World) -> None:
    await world.forget()
    world.clock.move(GOODBYE_STAYS + timedelta(minutes=1))
    await clean_up(world.database, world.clock())
    assert "Belum ada yang berjalan" in await world.say(ADDRESS, "kasus saya")


async def test_nothing_is_deleted_before_the_second_yes(world: World) -> None:
    await world.say(ADDRESS, "hapus data saya")
    await world.say(ADDRESS, "lanjut hapus")
    assert "tidak ada yang dihapus" in await world.say(ADDRESS, "tidak jadi")
    assert await world.places_of(PLANTED["story"])
    assert "PD-" in await world.say(ADDRESS, "kasus saya")


async def test_a_learning_export_holds_nothing_of_whom_was_forgotten(world: World) -> None:
    async with world.database.transaction() as session:
        unread = {"decision": "not_understood", "understanding": {"intent": "greet"}}
        await session.execute(update(Message).where(Message.direction == "in").values(unread))
        await session.execute(update(Lesson).values(settlement=Settlement.LABELLED, intent="greet"))
    before = await exported(world)
    assert PLANTED["story"] in before
    assert PLANTED["place"] in before
    await world.forget()
    left = await exported(world)
    assert "halo, saya orang lain" in left
    assert [value for value in PLANTED.values() if value in left] == []


async def exported(world: World) -> str:
    """The file of examples, labelled and guessed."""
    learnt = await read_learnt(world.database, 3_650)
    return as_examples(learnt.labelled, clustered(learnt.unclear))


async def test_while_a_complaint_is_with_bpjs_a_person_deletes_within_72_hours(world: World) -> None:
    async with world.database.transaction() as session:
        mine = select(Complaint).where(Complaint.story == PLANTED["story"])
        complaint = (await session.scalars(mine)).one()
        complaint.state = ComplaintState.FORWARDED
    answer = await world.say(ADDRESS, "hapus data saya")
    assert complaint.number in answer
    assert "3×24 jam" in answer
    assert await world.places_of(PLANTED["story"])
    async with world.database.sessions() as session:
        promised = select(Handoff).where(Handoff.reason == HandoffReason.PRIVACY)
        handoff = (await session.scalars(promised)).one()
    assert handoff.due_at == world.clock() + timedelta(hours=72)
