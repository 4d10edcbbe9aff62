"""Logs never hold personal data, at no level: planted values go in by every door, and every line is read."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update
from telegram import Bot

from bot.bootstrap import set_up_logging
from bot.delivery import deliver_replies
from bot.inbound import InboundFile, InboundMessage
from bot.intake import take_in
from bot.nlu import NluClient
from bot.pace import Pace
from bot.services import Services
from bot.settings import Settings
from bot.telegram.api import open_bot
from bot.telegram.gateway import TelegramChannel
from bot.turn import Assistant, take_turn
from dialogs.catalogue import catalogue
from dialogs.words import Words
from knowledge_base.library import Library
from storage.models import Complaint, Message, Role
from storage.staff import add_staff
from tests.conftest import Clock
from tests.desk.working import PASSWORD, csrf_of
from tests.rasa_server import TOKEN as RASA_TOKEN
from tests.rasa_server import Label, running_rasa
from tests.telegram_server import TOKEN, TelegramServer, serving

CHAT = 770_042_133
NIK = "3276" + "0112" + "9100" + "0042"
PLANTED = (
    "Mawarsih",
    "penyakit-rahasia",
    "Karangmawar",
    "mawar.png",
    "81298765432",
    "sandi-mawar",
    "jawaban-petugas-mawar",
    NIK,
    str(CHAT),
    TOKEN,
)


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    """A server that speaks the Bot API."""
    async with serving() as server:
        yield server


@pytest.fixture
async def bot(telegram: TelegramServer, tmp_path: Path) -> AsyncIterator[Bot]:
    """The real library, open on that server."""
    settings = Settings(home=tmp_path, telegram_token=TOKEN, telegram_api=telegram.address, _env_file=None)  # type: ignore[call-arg]
    async with open_bot(settings) as opened:
        yield opened


@pytest.fixture
async def assistant(services: Services) -> AsyncIterator[Assistant]:
    """The assistant with a Rasa that answers."""
    async with running_rasa() as rasa:
        rasa.label = Label("complaint_file", 0.95, entities={"place": "Karangmawar"})
        nlu = NluClient(rasa.url, RASA_TOKEN, seconds=10)
        yield Assistant(services.database, nlu, catalogue(), Library({}), Words(), services.clock)
        await nlu.close()


async def write(services: Services, assistant: Assistant, number: int, said: str, **more: object) -> int:
    """A message through intake and turn."""
    message = InboundMessage("telegram", f"m-{number}", str(CHAT), said, "Mawarsih", **more)  # type: ignore[arg-type]
    taken = await take_in(services.database, services.queue, message, services.clock())
    await take_turn(assistant, taken.conversation_id)
    return taken.conversation_id


def read_lines(caplog: pytest.LogCaptureFixture) -> str:
    """Everything that was logged, with arguments, extras and traces."""
    formatter = logging.Formatter("%(name)s %(message)s")
    return "\n".join(f"{formatter.format(record)} {record.args!r} {record.__dict__!r}" for record in caplog.records)


async def test_no_planted_value_reaches_a_log_line(
    services: Services,
    assistant: Assistant,
    telegram: TelegramServer,
    bot: Bot,
    web_address: str,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    participant = telegram.participant(CHAT, "Mawarsih")
    participant.starts()
    story = f"saya Mawarsih punya penyakit-rahasia di Karangmawar, NIK {NIK}, hp 081298765432"
    picture = InboundFile("mawar.png", "image/png", b"\x89PNG penyakit-rahasia")
    said = (story, "2", "1", "Karangmawar", "kemarin", "Mawarsih", "1", "lewati", "ya", "data saya")
    for number, line in enumerate(said):
        await write(services, assistant, number, line)
    id_ = await write(services, assistant, 50, "", files=(picture,), phone="+6281298765432")
    assert await deliver(services, bot, clock) > 5
    await work_at_the_desk(services, web_address, clock, id_)
    assert await deliver(services, bot, clock) > 0
    assert participant.messages
    participant.blocks()
    async with services.database.transaction() as session:
        await session.execute(update(Message).where(Message.direction == "out").values(delivery="queued"))
    assert await deliver(services, bot, clock) > 0
    logged = read_lines(caplog)
    assert "take_turn" in logged
    assert [value for value in PLANTED if value in logged] == []


async def deliver(services: Services, bot: Bot, clock: Clock) -> int:
    """Send what waits, until nothing does; returns how many messages were claimed."""
    claimed = 0
    while now_claimed := await deliver_replies(services.database, TelegramChannel(bot), Pace(1_000), clock()):
        claimed += now_claimed
    return claimed


async def work_at_the_desk(services: Services, web_address: str, clock: Clock, conversation_id: int) -> None:
    """An agent signs in, reads, takes over, answers and moves the complaint."""
    async with services.database.transaction() as session:
        await add_staff(session, Role.AGENT, name="Budi", email="budi@contoh.id", password=PASSWORD, now=clock())
        number = await session.scalar(select(Complaint.number))
    async with httpx.AsyncClient(base_url=web_address) as http:
        await http.post("/desk/masuk", data={"email": "budi@contoh.id", "password": "sandi-mawar-salah"})
        await http.post("/desk/masuk", data={"email": "budi@contoh.id", "password": PASSWORD})
        page = await http.get(f"/desk/percakapan/{conversation_id}")
        assert "penyakit-rahasia" in page.text
        csrf = csrf_of(page.text)
        where = f"/desk/percakapan/{conversation_id}"
        assert (await http.post(f"{where}/ambil-alih", data={"csrf": csrf})).status_code == 303
        fields = {"csrf": csrf, "text": "jawaban-petugas-mawar untuk Mawarsih"}
        assert (await http.post(f"{where}/balas", data=fields)).status_code == 303
        if number:
            step = {"csrf": csrf, "seen": "received", "after": "waiting", "words": "jawaban-petugas-mawar"}
            assert (await http.post(f"/desk/pengaduan/{number}/langkah", data=step)).status_code == 303


async def test_a_message_that_fails_for_good_is_logged_by_its_number_only(
    services: Services, assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    broken = replace(assistant, words=Words("none"))
    for _ in range(3):
        try:
            await write(services, broken, 1, " ".join(PLANTED[1:3]))
        except Exception:
            logging.getLogger("bot.worker").exception("The turn is tried again")
    logged = read_lines(caplog)
    assert [value for value in PLANTED if value in logged] == []
    async with services.database.sessions() as session:
        assert (await session.scalars(select(Message.text))).first()


def test_libraries_that_print_rows_stay_quiet_when_ours_are_asked_for_details() -> None:
    root = logging.getLogger()
    before, handlers = root.level, root.handlers[:]
    try:
        set_up_logging()
        root.setLevel(logging.DEBUG)
        for talkative in ("sqlalchemy.engine.Engine", "httpx", "httpcore", "telegram", "psycopg", "multipart"):
            assert not logging.getLogger(talkative).isEnabledFor(logging.DEBUG), talkative
    finally:
        root.setLevel(before)
        root.handlers[:] = handlers
