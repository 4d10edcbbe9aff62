"""How articles serve: counted where the answer is sent, rated, and led to a person; and those to be read again."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from procrastinate import App
from sqlalchemy import select

from bot.inbound import InboundMessage
from bot.intake import take_in
from bot.nlu import NluClient
from bot.services import Services
from bot.turn import Assistant, take_turn
from dialogs.catalogue import catalogue
from dialogs.ports import HandoffReason
from dialogs.words import Words
from knowledge_base.library import Library
from storage.article_use import ArticleUse, article_use
from storage.database import Database
from storage.handoffs import request_person
from storage.models import Cause, Conversation, Lesson, Message, Role
from tests.conftest import Clock
from tests.desk.working import SignIn
from tests.rasa_server import TOKEN, Label, RasaServer, running_rasa

LIBRARY = Library.load()
SLUG = "jkm-what"
QUESTION = "santunan kematian berapa"


class Talk:
    """Participants who ask the real assistant; Rasa's reading is given."""

    def __init__(self, assistant: Assistant, queue: App, clock: Clock, rasa: RasaServer) -> None:
        self.assistant, self.queue, self.clock, self.rasa, self.number = assistant, queue, clock, rasa, 0

    async def say(self, who: str, text: str = "", intent: str = "benefit_info", choice: str | None = None) -> int:
        """Write or press, let the turn be taken, and return the conversation's number."""
        self.number += 1
        self.clock.move(timedelta(minutes=1))
        self.rasa.label = Label(intent=intent, confidence=0.95, ranking=[], entities={"programme": "jkm"})
        message = InboundMessage("web", f"a-{self.number}", who, text, "Rina", choice=choice)
        taken = await take_in(self.assistant.database, self.queue, message, self.clock())
        await take_turn(self.assistant, taken.conversation_id)
        return taken.conversation_id

    async def use(self) -> ArticleUse:
        """How the article served in 30 days."""
        async with self.assistant.database.sessions() as session:
            used = await article_use(session, self.clock() - timedelta(days=30))
        return used.get(SLUG, ArticleUse())


@pytest.fixture
async def talk(database: Database, services: Services, clock: Clock) -> AsyncIterator[Talk]:
    """Nobody has asked yet."""
    async with running_rasa() as rasa:
        nlu = NluClient(rasa.url, TOKEN, seconds=10)
        yield Talk(Assistant(database, nlu, catalogue(), LIBRARY, Words(), clock), services.queue, clock, rasa)
        await nlu.close()


async def test_asked_helped_and_led_to_a_person(talk: Talk) -> None:
    for who in ("rina", "dewi", "tono"):
        await talk.say(who, QUESTION)
    await talk.say("rina", choice=f"r:no:{SLUG}")
    await talk.say("rina", choice=f"r:no:{SLUG}")
    await talk.say("rina", choice="h:not_helped")
    await talk.say("dewi", choice=f"r:yes:{SLUG}")
    assert await talk.use() == ArticleUse(asked=3, helped=1, not_helped=1, to_person=1)
    talk.clock.move(timedelta(days=31))
    assert await talk.use() == ArticleUse()


async def test_what_is_repeated_or_read_on_is_not_asked_again(talk: Talk) -> None:
    await talk.say("rina", QUESTION)
    await talk.say("rina", "ulangi", intent="repeat")
    await talk.say("rina", choice=f"h:more:{SLUG}")
    assert (await talk.use()).asked == 1
    await talk.say("rina", choice=f"k:{SLUG}")
    assert (await talk.use()).asked == 2


async def test_an_answer_inside_a_form_counts(talk: Talk) -> None:
    await talk.say("rina", "hitung iuran", intent="contribution_amount")
    await talk.say("rina", f"{QUESTION}?")
    assert (await talk.use()).asked == 1


@pytest.mark.parametrize(
    ("reason", "later", "led"),
    [
        (HandoffReason.ASKED, timedelta(hours=24), 1),
        (HandoffReason.ASKED, timedelta(hours=25), 0),
        (HandoffReason.EMERGENCY, timedelta(hours=1), 0),
    ],
)
async def test_only_a_person_needed_soon_after_counts(
    talk: Talk, database: Database, reason: HandoffReason, later: timedelta, led: int
) -> None:
    conversation_id = await talk.say("rina", QUESTION)
    async with database.transaction() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        await request_person(session, conversation, reason, talk.clock() + later)
    assert (await talk.use()).to_person == led


async def test_what_did_not_help_is_learnt_from_the_question_behind_it(talk: Talk, database: Database) -> None:
    await talk.say("rina", QUESTION)
    await talk.say("rina", "2", intent="deny")
    async with database.sessions() as session:
        found = await session.execute(select(Message.text, Lesson.cause).join(Lesson, Lesson.message_id == Message.id))
        assert [tuple(row) for row in found] == [(QUESTION, Cause.NOT_HELPED)]


async def test_administrators_see_it_in_the_list_and_on_the_page(talk: Talk, signed_in: SignIn) -> None:
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    await talk.say("rina", QUESTION)
    await talk.say("rina", choice=f"r:no:{SLUG}")
    listed = (await wati.get("/artikel?urut=ditanya&hari=7")).text
    first = re.findall(r'data-label="Judul"><a href="/desk/artikel/([^"]+)".*?</tr>', listed, re.DOTALL)[0]
    row = re.findall(rf'artikel/{SLUG}".*?</tr>', listed, re.DOTALL)[0]
    assert first == SLUG
    assert re.findall(r'class="number[^"]*">(\d+)<', row) == ["1", "0", "1", "0"]
    for order in ("tidak-membantu", "petugas", "apa-saja"):
        assert (await wati.get(f"/artikel?urut={order}")).status_code == 200
    page = (await wati.get(f"/artikel/{SLUG}")).text
    assert re.findall(r'"number">(\d+)<', page) == ["1"] * 4 + ["0"] * 4 + ["1"] * 4 + ["0"] * 4


async def test_articles_to_be_read_again_are_a_list_and_a_count(signed_in: SignIn) -> None:
    wati, budi = await signed_in("Wati", Role.ADMINISTRATOR), await signed_in("Budi")
    tasks = (await wati.get("/tinjau")).text
    number = len(re.findall(r"/sunting", tasks))
    assert number > 0
    assert "/desk/artikel/bpu-relief/sunting" in tasks
    assert "Kam, 31 Des 2026" in tasks
    assert f"{number} artikel perlu ditinjau" in (await wati.get("")).text
    assert "perlu ditinjau" not in (await budi.get("")).text
    assert (await budi.get("/tinjau")).status_code == 403


async def test_a_review_near_or_past_stands_by_its_day(signed_in: SignIn, clock: Clock) -> None:
    clock.move(timedelta(days=170))
    wati = await signed_in("Wati", Role.ADMINISTRATOR)
    tasks = (await wati.get("/tinjau")).text
    assert "Saatnya ditinjau" in tasks
    assert tasks.index("tidak dijawabkan") < tasks.index("Saatnya ditinjau")
    clock.move(timedelta(days=30))
    later = await signed_in("Adi", Role.ADMINISTRATOR)
    assert "Lama tidak ditinjau" in (await later.get("/tinjau")).text
