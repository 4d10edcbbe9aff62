"""Playing a conversation of the demonstration: the real dialog engine answers every line, so no answer is made up.

Only Rasa is left out: the script says how a text is to be read. No turn is queued, so the running workers have nothing
to answer twice.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.demo_script import Line, Person
from bot.desk.words import WORDS
from bot.inbound import clean_text
from bot.turn import Assistant, reply_row
from dialogs.engine import respond
from dialogs.messages import Entity, Inbound, Reply, Understanding
from dialogs.state import DialogState
from dialogs.turns import Turn
from social_security.money import rupiah
from social_security.months import month_of
from storage.case import StoredCase
from storage.handoffs import release, take_over
from storage.models import Author, Contact, Conversation, Direction, Holder, Message, Participant, Staff

THINKING = timedelta(seconds=1)
SURE, UNSURE = 0.95, 0.2


@dataclass
class Stage:
    """One person's conversation, open and locked, inside one transaction."""

    assistant: Assistant
    session: AsyncSession
    person: Person
    agent: Staff
    participant: Participant
    contact: Contact
    conversation: Conversation

    async def act(self, line: Line, at: datetime) -> None:
        """Let one line happen."""
        if line.agent is None:
            await self._hear(line, at)
        elif line.agent == "takes_over":
            await take_over(self.session, self.conversation, self.agent.id, at)
            self._answer_as_agent(WORDS.say("desk_taken_over", name=self.agent.name), at)
        elif line.agent == "returns":
            await release(self.session, self.conversation, at)
            self._answer_as_agent(WORDS.say("desk_returned"), at)
        else:
            self._answer_as_agent(line.says, at)

    async def _hear(self, line: Line, at: datetime) -> None:
        message = self._message(line, at)
        self.session.add(message)
        await self.session.flush()
        if self.conversation.holder == Holder.AGENT:
            return
        understanding = _reading(line) if message.text else None
        message.understanding = asdict(understanding) if understanding else None
        outcome = await respond(self._turn(line, message, understanding, at), self.assistant.catalogue)
        message.decision, message.intent = outcome.decision, outcome.intent
        self.conversation.state = outcome.state.to_json()
        self._reply(outcome.reply, at + THINKING, Author.BOT, answers=message.id)

    def _message(self, line: Line, at: datetime) -> Message:
        phone = line.shares_phone
        return Message(
            conversation_id=self.conversation.id,
            channel=self.contact.channel,
            direction=Direction.IN,
            author=Author.PARTICIPANT,
            external_id=f"{self.contact.address}:{at.isoformat()}",
            text=clean_text(self._said(line, at)),
            content={"choice": line.presses} if line.presses else {},
            phone_sealed=self.assistant.database.vault.seal(phone, "messages.phone") if phone else None,
            created_at=at,
            answered_at=at + THINKING,
        )

    def _said(self, line: Line, at: datetime) -> str:
        if self.person.dues is None:
            return line.says
        return line.says.replace("{dues}", rupiah(self.person.dues.in_month(month_of(at.date()))))

    def _turn(self, line: Line, message: Message, understanding: Understanding | None, at: datetime) -> Turn:
        vault = self.assistant.database.vault
        return Turn(
            inbound=Inbound(text=message.text, choice=line.presses, phone=line.shares_phone),
            understanding=understanding,
            nlu_down=False,
            state=DialogState.from_json(self.conversation.state),
            now=at.astimezone(ZoneInfo(self.participant.time_zone)),
            case=StoredCase(self.session, vault, self.conversation, self.contact, message.id, at),
            library=self.assistant.library,
            words=self.assistant.words,
            waiting_for_person=self.conversation.holder == Holder.WAITING,
        )

    def _answer_as_agent(self, text: str, at: datetime) -> None:
        self._reply(Reply(text), at, Author.AGENT, staff_id=self.agent.id)
        if self.conversation.holder == Holder.AGENT:
            self.conversation.agent_active_at = at

    def _reply(
        self, reply: Reply, at: datetime, author: Author, *, answers: int | None = None, staff_id: int | None = None
    ) -> None:
        row = reply_row(
            self.conversation.id, self.contact, reply, at, author=author, answers=answers, staff_id=staff_id
        )
        self.session.add(row)


def _reading(line: Line) -> Understanding:
    entities = tuple(Entity(name, value, value) for name, value in line.entities.items())
    if line.intent is None:
        return Understanding("out_of_scope", UNSURE, (("out_of_scope", UNSURE),), entities)
    return Understanding(line.intent, SURE, ((line.intent, SURE),), entities)
