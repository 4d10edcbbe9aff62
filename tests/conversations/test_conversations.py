"""Conversations as data: what is said goes through intake and turn on a real database; replies and rows come out."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from procrastinate import App
from sqlalchemy import func, select

from bot.inbound import InboundFile, InboundMessage
from bot.intake import take_in
from bot.nlu import NluClient
from bot.turn import Assistant, take_turn
from dialogs.catalogue import catalogue
from dialogs.messages import Reply
from dialogs.words import Words
from knowledge_base.library import Library
from social_security.following_rows import NewRow, followed
from social_security.regulation_files import install_regulations, regulation_text
from social_security.tables import Confidence
from storage.database import Database
from storage.models import (
    ArticleRating,
    Base,
    Complaint,
    Consent,
    Direction,
    FormLink,
    Handoff,
    Lead,
    Lesson,
    Membership,
    Message,
    Payment,
    PaymentReport,
    Registration,
    RegistrationItem,
)
from storage.queue import open_queue
from tests.rasa_server import TOKEN, Label, RasaServer, running_rasa

FOLDER = Path(__file__).parent
TABLES: dict[str, type[Base]] = {
    "complaints": Complaint,
    "consents": Consent,
    "handoffs": Handoff,
    "leads": Lead,
    "lessons": Lesson,
    "memberships": Membership,
    "payments": Payment,
    "payment_reports": PaymentReport,
    "article_ratings": ArticleRating,
    "registrations": Registration,
    "registration_items": RegistrationItem,
    "form_links": FormLink,
}
LIBRARY = Library.load()


@dataclass
class Conversation:
    """A conversation with the real assistant; a turn with `who` is that other participant's."""

    assistant: Assistant
    queue: App
    rasa: RasaServer
    now: datetime
    numbers: itertools.count[int] = field(default_factory=itertools.count)
    #: What a turn with `remember` found in its reply; "{remembered}" stands for it in later turns.
    remembered: str = ""

    async def take(self, turn: dict[str, Any]) -> Reply:
        """Send what the turn says and return the reply."""
        self._prepare(turn)
        who = turn.get("who", "Sari")
        message = InboundMessage("web", f"message-{next(self.numbers)}", who, display_name=who, **_content(turn))
        taken = await take_in(self.assistant.database, self.queue, message, self.now)
        await take_turn(self.assistant, taken.conversation_id)
        return await self._newest_reply()

    def _prepare(self, turn: dict[str, Any]) -> None:
        if "later" in turn:
            amount, unit = turn["later"].split()
            self.now += timedelta(**{unit if unit.endswith("s") else f"{unit}s": float(amount)})
        self.now += timedelta(seconds=30)
        self.rasa.is_down = turn.get("nlu") == "down"
        certain = 0.95 if "intent" in turn else 0.2
        self.rasa.label = Label(
            intent=turn.get("intent", "out_of_scope"),
            confidence=turn.get("confidence", certain),
            ranking=[tuple(pair) for pair in turn.get("ranking", [])],
            entities={name: str(value) for name, value in turn.get("entities", {}).items()},
        )

    async def _newest_reply(self) -> Reply:
        async with self.assistant.database.sessions() as session:
            newest = select(Message).where(Message.direction == Direction.OUT).order_by(Message.id.desc()).limit(1)
            return Reply.from_json((await session.scalars(newest)).one().content)

    async def rows(self, table: str) -> int:
        """How many rows the conversation left in a table."""
        async with self.assistant.database.sessions() as session:
            return int(await session.scalar(select(func.count()).select_from(TABLES[table])) or 0)


def _filled_in(turn: dict[str, Any], remembered: str) -> dict[str, Any]:
    """The turn with "{remembered}" replaced by what an earlier one remembered."""
    if not remembered:
        return turn
    filled: dict[str, Any] = yaml.safe_load(yaml.safe_dump(turn).replace("{remembered}", remembered))
    return filled


def _content(turn: dict[str, Any]) -> dict[str, Any]:
    if "says_times" in turn:
        text, times = turn["says_times"]
        return {"text": text * times}
    if "presses" in turn:
        return {"choice": turn["presses"]}
    if "shares_phone" in turn:
        return {"phone": turn["shares_phone"]}
    if "sends_file" in turn:
        file = turn["sends_file"]
        return {"files": (InboundFile(file["name"], file["type"], b"content"),)}
    if "sends" in turn:
        return {"unsupported": turn["sends"]}
    if "refused_file" in turn:
        return {"refused_file": turn["refused_file"]}
    if "starts" in turn:
        return {"start": turn["starts"]}
    return {"text": turn["says"], "edited": turn.get("edited", False)}


@pytest.fixture
async def conversation(database: Database, database_url: str) -> AsyncIterator[Conversation]:
    """A conversation that has not begun."""
    async with running_rasa() as rasa:
        nlu = NluClient(rasa.url, TOKEN, seconds=10)
        talk = Conversation(
            Assistant(database, nlu, catalogue(), LIBRARY, Words(), clock=lambda: talk.now),
            open_queue(database_url),
            rasa,
            datetime.fromisoformat("2026-11-20T10:00:00+07:00"),
        )
        yield talk
        await nlu.close()


async def test_consent_with_its_version_and_time_stands_before_the_first_personal_datum(
    conversation: Conversation,
) -> None:
    asked = await conversation.take({"presses": "h:enrol:bpu"})
    assert "registration-2026-11" in asked.text
    assert await conversation.rows("consents") == 0
    first = await conversation.take({"says": "setuju"})
    async with conversation.assistant.database.sessions() as session:
        consent = (await session.scalars(select(Consent))).one()
    assert (consent.purpose, consent.text_version, consent.given_at) == (
        "registration",
        "registration-2026-11",
        conversation.now,
    )
    assert "Siapa nama lengkap" in first.text


@pytest.mark.parametrize(
    "number", [" ".join(["3273", "0101", "0190", "0001"]), "3273" + "010101900001", "0001" + "234567890"]
)
async def test_an_identity_number_in_the_chat_is_masked_and_said_to_be_needless(
    conversation: Conversation, number: str
) -> None:
    reply = await conversation.take({"says": f"nik saya {number} tolong cek", "intent": "membership_status"})
    assert "sudah kami samarkan" in reply.text
    assert "tidak perlu dikirim" in reply.text
    assert number[-9:] not in reply.text
    await conversation.take(
        {"says": "hitung iuran bpu", "intent": "contribution_amount", "entities": {"segment": "bpu"}}
    )
    in_form = await conversation.take({"says": number})
    assert "sudah kami samarkan" in in_form.text
    assert "samarkan" not in (await conversation.take({"says": "3 juta"})).text


async def test_a_month_without_a_rule_gets_words_and_no_figure(conversation: Conversation) -> None:
    ending = NewRow(date(2027, 1, 1), date(2027, 6, 30), "Perpres", "JDIH", Confidence.L, None, {"amount": "50000"})
    try:
        install_regulations({"jkn.yml": followed(regulation_text("jkn.yml"), "pbpu_classes.2", ending)})
        await conversation.take(
            {
                "says": "iuran bpjs kesehatan mandiri juli 2027",
                "intent": "contribution_amount",
                "entities": {"segment": "pbpu"},
            }
        )
        await conversation.take({"presses": "a:contributions.care_class:3"})
        reply = await conversation.take({"says": "2"})
    finally:
        install_regulations({})
    assert "Juli 2027" in reply.text
    assert "belum punya aturan" in reply.text
    assert "Rp" not in reply.text


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.stem)
async def test_conversation(path: Path, conversation: Conversation) -> None:
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    conversation.now = datetime.fromisoformat(told["start"])
    for number, written in enumerate(told["turns"], start=1):
        turn = _filled_in(written, conversation.remembered)
        reply = await conversation.take(turn)
        if "remember" in turn:
            conversation.remembered = re.findall(turn["remember"], reply.text)[0]
        where = f"turn {number} of {path.name} ({turn}) got:\n{reply.text}\n{[choice.id for choice in reply.choices]}"
        for words in turn.get("replies", []):
            assert words.lower() in reply.text.lower(), f"{words!r} is missing in {where}"
        for words in turn.get("lacks", []):
            assert words.lower() not in reply.text.lower(), f"{words!r} is in {where}"
        if "choices" in turn:
            assert [choice.id for choice in reply.choices] == turn["choices"], where
    for table, count in told.get("rows", {}).items():
        assert await conversation.rows(table) == count, f"{table} after {path.name}"
